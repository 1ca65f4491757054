"""Readings of the index as the tests give them: from a feed, or from a table that a clerk keeps; the first lines of the config."""

# In a test's own words: the address of the feed, and what it maps besides.
FEED = """
[[sources]]
name = "index"
dataset = "index_readings"
kind = "http"
url = "{url}"
records = "data"
stale_after = "400d"
retries = 0
times = {{ format = "iso", timezone = "Asia/Ho_Chi_Minh" }}
[sources.fields]
period = "ky"
unit = "donvi"
indicator = "chiso"
score = "diem"
computed_at = "luc"
"""
TABLE = """\
[[sources]]
name = "index"
dataset = "index_readings"
kind = "spreadsheet"
path = "index/*.csv"
times = { format = "%d/%m/%Y %H:%M", timezone = "Asia/Ho_Chi_Minh" }
[sources.fields]
period = "Kỳ"
unit = "Đơn vị"
indicator = "Chỉ số"
score = "Điểm"
rank = "Hạng"
computed_at = "Lúc"
"""
