"""Why a record did or did not alert: drives the stages of the pipeline over one record and shows what they say."""
