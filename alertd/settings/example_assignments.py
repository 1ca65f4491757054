"""What config.example.toml shows of a source of assignments: its values where they are no defaults, its columns and words."""

HEAD = """\
# This one asks the document-management system for documents and tasks that were given (văn bản, nhiệm vụ); it is off.
# A title (trích yếu) may name a citizen: title = "…" is read in only with public_titles = true.
"""
SETTINGS = {
    "name": '"document system"',
    "dataset": '"assignments"',
    "kind": '"database"',
    "url": '{ env = "DOCS_DATABASE_URL" }',
    "query": '"select so_ky_hieu, don_vi, noi_giao, ngay_giao, ngay_nhan, han, gia_han_den, ngay_xong, trang_thai from nhiem_vu"',
    "missing_means": '"ended"',
    "every": '"1h"',
    "stale_after": '"1 working days"',
}
KEYS = frozenset((*SETTINGS, "public_titles", "fields"))
FIELDS = """\
code = "so_ky_hieu"
giver = "noi_giao"
unit = "don_vi"
assigned_at = "ngay_giao"
accepted_at = "ngay_nhan"
due_at = "han"
extended_to = "gia_han_den"          # without extensions = "…" alertd counts each later date that it reads
done_at = "ngay_xong"
state = "trang_thai"

[sources.values.state]
"Mới giao" = "new"
"Đã tiếp nhận" = "accepted"
"Đang xử lý" = "working"
"Hoàn thành" = "done"
"Trả lại" = "given_back"
"Hủy" = "cancelled"
"""
