package store

import (
	"embed"
	"errors"

	"github.com/redis/go-redis/v9"
)

//go:embed lua/*.lua posting.lua
var luaFiles embed.FS

// scripts are the scripts of this package, each named as its file.
type scripts struct {
	begin, commit, release         *redis.Script
	create, update, rewind         *redis.Script
	lease, settle, enqueue, unbury *redis.Script
	spend, refund, closeWindow     *redis.Script
	arrived, linked                *redis.Script
	get, survey                    *redis.Script
	claim, dropToken               *redis.Script
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
	posting := func(name string) *redis.Script { // one that puts notices into the outbox
		shared, e := luaFiles.ReadFile("posting.lua")
		source, f := luaFiles.ReadFile("lua/" + name + ".lua")
		err = errors.Join(err, e, f)
		return redis.NewScript(string(shared) + string(source))
	}
	s := scripts{
		begin: load("begin"), commit: load("commit"), release: load("release"),
		create: posting("create"), update: posting("update"), rewind: load("rewind"),
		lease: load("lease"), settle: load("settle"), enqueue: posting("enqueue"), unbury: load("unbury"),
		spend: load("spend"), refund: load("refund"), closeWindow: load("closewindow"), arrived: load("arrived"), linked: load("linked"), get: load("get"), survey: load("survey"), claim: load("claim"), dropToken: load("droptoken"),
		redact: load("redact"), shelve: load("shelve"), dropBuried: load("dropburied"), dropAudit: load("dropaudit"),
		mend: load("mend"), mendNotice: load("mendnotice"), raise: load("raise"), migrate: load("migrate"),
	}
	return s, err
}
