package store

import (
	"embed"

	"github.com/redis/go-redis/v9"
)

//go:embed lua/*.lua
var luaFiles embed.FS

// scripts are the scripts of this package, each named as its file.
type scripts struct {
	begin, commit, release         *redis.Script
	create, update, rewind         *redis.Script
	lease, settle, enqueue, unbury *redis.Script
	spend, claim, dropToken        *redis.Script
	redact, shelve                 *redis.Script
	dropBuried, dropAudit          *redis.Script
	mend, mendNotice               *redis.Script
	raise, migrate                 *redis.Script
}

func loadScripts() (scripts, error) {
	var err error
	load := func(name string) *redis.Script {
		source, e := luaFiles.ReadFile("lua/" + name + ".lua")
		if e != nil {
			err = e
		}
		return redis.NewScript(string(source))
	}
	s := scripts{
		begin: load("begin"), commit: load("commit"), release: load("release"),
		create: load("create"), update: load("update"), rewind: load("rewind"),
		lease: load("lease"), settle: load("settle"), enqueue: load("enqueue"), unbury: load("unbury"),
		spend: load("spend"), claim: load("claim"), dropToken: load("droptoken"),
		redact: load("redact"), shelve: load("shelve"), dropBuried: load("dropburied"), dropAudit: load("dropaudit"),
		mend: load("mend"), mendNotice: load("mendnotice"), raise: load("raise"), migrate: load("migrate"),
	}
	return s, err
}
