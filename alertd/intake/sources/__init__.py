"""The three kinds of source: http, spreadsheet, database. They read and judge nothing but whether it is data at all."""
