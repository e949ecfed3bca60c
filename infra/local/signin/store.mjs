// Stores the sessions, grants and tokens of oidc-provider in memory and in one file, so that a restart signs nobody out.
import fs from 'node:fs';

const writeDelay = 200; // ms from a change to the write

export class Store {
  constructor(file) {
    this.file = file;
    this.items = new Map();
    this.timer = null;
    if (fs.existsSync(file)) {
      this.items = new Map(JSON.parse(fs.readFileSync(file, 'utf8')));
    }
  }

  changed() {
    this.timer ??= setTimeout(() => this.flush(), writeDelay);
  }

  flush() {
    clearTimeout(this.timer);
    this.timer = null;
    const now = Date.now();
    for (const [key, item] of this.items) {
      if (item.until < now) {
        this.items.delete(key);
      }
    }
    // Interactions and codes are valid for seconds: a restart may lose them.
    const stored = [...this.items].filter(([key]) => !key.startsWith('Interaction:') && !key.startsWith('AuthorizationCode:'));
    fs.writeFileSync(`${this.file}.new`, JSON.stringify(stored), { mode: 0o600 });
    fs.renameSync(`${this.file}.new`, this.file);
  }

  get(key) {
    const item = this.items.get(key);
    return item && item.until >= Date.now() ? item.value : undefined;
  }

  // adapter returns the class that oidc-provider instantiates for each kind of item.
  adapter() {
    const store = this;
    return class {
      constructor(kind) {
        this.kind = kind;
      }

      async upsert(id, value, seconds) {
        store.items.set(`${this.kind}:${id}`, { value, until: seconds ? Date.now() + seconds * 1000 : Number.MAX_SAFE_INTEGER });
        store.changed();
      }

      async find(id) {
        return store.get(`${this.kind}:${id}`);
      }

      async findByUid(uid) {
        return this.search((value) => value.uid === uid);
      }

      async findByUserCode(code) {
        return this.search((value) => value.userCode === code);
      }

      search(matches) {
        for (const [key, item] of store.items) {
          if (key.startsWith(`${this.kind}:`) && item.until >= Date.now() && matches(item.value)) {
            return item.value;
          }
        }
        return undefined;
      }

      async consume(id) {
        const value = store.get(`${this.kind}:${id}`);
        if (value) {
          value.consumed = Math.floor(Date.now() / 1000);
          store.changed();
        }
      }

      async destroy(id) {
        store.items.delete(`${this.kind}:${id}`);
        store.changed();
      }

      async revokeByGrantId(grant) {
        for (const [key, item] of store.items) {
          if (item.value.grantId === grant && !key.startsWith('Session:')) {
            store.items.delete(key);
          }
        }
        store.changed();
      }
    };
  }
}
