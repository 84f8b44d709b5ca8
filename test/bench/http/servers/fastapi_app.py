"""The same rows through FastAPI and asyncpg: no credentials, no schema, no log."""
import os
import asyncpg
import uvicorn
from fastapi import FastAPI

app = FastAPI()


class Connection(asyncpg.Connection):
    def get_reset_query(self):
        return ""  # as the others, which reset nothing; asyncpg's own unlocks session locks, which the embedded database has none of



@app.on_event("startup")
async def connect():
    app.state.pool = await asyncpg.create_pool(os.environ["BENCH_DATABASE_URL"], min_size=1, max_size=10, connection_class=Connection)


@app.get("/api/agents")
async def agents():
    rows = await app.state.pool.fetch(
        "select * from agents where workspace_id = $1::uuid order by is_default desc, created_at, id limit 100 offset 0",
        os.environ["BENCH_WORKSPACE_ID"],
    )
    return [dict(row) for row in rows]


uvicorn.run(app, host="127.0.0.1", port=int(os.environ["BENCH_PORT"]), log_level="error", access_log=False)
