"""Scrapy's settings for every crawl (named in ``scrapy.cfg``).

What the operator can set comes from ``archiver.toml`` and is added by the spiders; what is off
here is what Scrapy does per request and an archive does not need.
"""

BOT_NAME = "ess-archiver"
SPIDER_MODULES = ["archiver.crawl.spiders"]

DOWNLOAD_HANDLERS = {
    "http": "archiver.crawl.handler.RecordingDownloadHandler",
    "https": "archiver.crawl.handler.RecordingDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
EXTENSIONS = {
    "archiver.crawl.session.Session": 0,
    "archiver.crawl.progress.Progress": 100,
}
DOWNLOADER_MIDDLEWARES = {
    "archiver.crawl.scope.ScopeMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "archiver.crawl.robots.RobotsTxtMiddleware": 100,
    # Behind the decompression: what it puts in the place of a 304 is decompressed.
    "archiver.crawl.conditional.ConditionalMiddleware": 585,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    # A proxy would stand between the recorder and the site.
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
}

# Polite to small servers: one request at a time per host, and robots.txt is obeyed.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "ess-archiver"
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY_JITTER = 0.25
COOKIES_ENABLED = False
REFERER_ENABLED = False
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "fr,en;q=0.5",
}

# A body cut short is kept as it came, with WARC-Truncated; what there is of it is still read.
DOWNLOAD_FAIL_ON_DATALOSS = False
DOWNLOAD_WARNSIZE = 0

TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
LOG_LEVEL = "INFO"
