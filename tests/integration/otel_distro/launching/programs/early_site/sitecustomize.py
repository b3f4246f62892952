"""Takes names, and makes an application and a client, before anything is instrumented."""

import os

import pymongo
from fastapi import FastAPI
from redis import Redis

mongodb = pymongo.MongoClient("mongodb://127.0.0.1:1", connect=False)
redis = Redis.from_url(os.environ["REDIS_URL"])
app = FastAPI()


@app.get("/visits")
def visits() -> int:
    """Count a visit."""
    return int(str(redis.incr("visits")))
