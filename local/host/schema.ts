/** Tables of the state file. Texts named event, input, output and custom_status are JSON; times are milliseconds. */
export const schema = `
CREATE TABLE IF NOT EXISTS instances (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, execution_id TEXT NOT NULL, status TEXT NOT NULL,
  input TEXT, output TEXT, custom_status TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, parent TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS history (
  instance_id TEXT NOT NULL REFERENCES instances ON DELETE CASCADE, seq INTEGER NOT NULL, event TEXT NOT NULL,
  PRIMARY KEY (instance_id, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inbox (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, instance_id TEXT NOT NULL REFERENCES instances ON DELETE CASCADE,
  execution_id TEXT, event TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS inbox_instance ON inbox (instance_id, seq);
CREATE TABLE IF NOT EXISTS work (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, instance_id TEXT NOT NULL REFERENCES instances ON DELETE CASCADE,
  execution_id TEXT NOT NULL, task_id INTEGER NOT NULL, name TEXT NOT NULL, input TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS work_instance ON work (instance_id);
CREATE TABLE IF NOT EXISTS timers (
  instance_id TEXT NOT NULL REFERENCES instances ON DELETE CASCADE, execution_id TEXT NOT NULL,
  task_id INTEGER NOT NULL, fire_at INTEGER NOT NULL, PRIMARY KEY (instance_id, execution_id, task_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS timers_due ON timers (fire_at);
CREATE TABLE IF NOT EXISTS counters (
  name TEXT PRIMARY KEY, started INTEGER NOT NULL DEFAULT 0, succeeded INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS schedules (
  name TEXT PRIMARY KEY, last INTEGER, next INTEGER, updated INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`
