"""The sentences of an explanation about disputes: what a unit says is wrong, what the office decided."""

VI = {
    "excluded_by_office": "Văn phòng chấp nhận phản ánh, không xét hồ sơ này theo quy tắc: {reason} ({by})",
    "dispute": "Phản ánh số liệu của {who} lúc {at}: “{reason}”",
    "dispute_open": "chờ Văn phòng trả lời",
    "dispute_proposed": "{by} đề nghị loại trừ đến hết ngày {day} ({why}), chờ người thứ hai xác nhận",
    "dispute_corrected": "{by} chấp nhận, chờ sửa tại nguồn đến {at}: {why}",
    "dispute_closed": "{by} chấp nhận, nguồn đã sửa lúc {at}: {why}",
    "dispute_excluded": "{by} chấp nhận, loại trừ đến hết ngày {day}: {why}",
    "dispute_rejected": "{by} không chấp nhận lúc {at}: {why}",
    "dispute_withdrawn": "{by} rút lại lúc {at}",
    "dispute_figure_corrected": "số liệu đã được sửa tại nguồn",
    "dispute_ended": "kết thúc lúc {at} ({why}) khi chưa có trả lời",
    "dispute_quiet": "không nhắc lại cho người phản ánh đến {at}",
}
EN = {
    "excluded_by_office": "the office upheld a dispute and excludes this record from the rule: {reason} ({by})",
    "dispute": "Disputed by {who} at {at}: “{reason}”",
    "dispute_open": "waits for the office",
    "dispute_proposed": "{by} proposes to exclude it until {day} ({why}), waits for a second person",
    "dispute_corrected": "upheld by {by}, to be corrected at the source by {at}: {why}",
    "dispute_closed": "upheld by {by}, the source was corrected at {at}: {why}",
    "dispute_excluded": "upheld by {by}, excluded until {day}: {why}",
    "dispute_rejected": "rejected by {by} at {at}: {why}",
    "dispute_withdrawn": "withdrawn by {by} at {at}",
    "dispute_figure_corrected": "the figure was corrected at its source",
    "dispute_ended": "ended at {at} ({why}) before anybody had answered",
    "dispute_quiet": "not repeated to whoever raised it until {at}",
}
