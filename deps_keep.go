//go:build depskeep

package main

import (
	_ "github.com/6tail/lunar-go/calendar"
	_ "github.com/alicebob/miniredis/v2"
	_ "github.com/chromedp/chromedp"
	_ "github.com/gin-gonic/gin"
	_ "github.com/mozillazg/go-pinyin"
	_ "github.com/prometheus/client_golang/prometheus"
	_ "github.com/redis/go-redis/v9"
	_ "github.com/silenceper/wechat/v2/officialaccount"
	_ "github.com/spf13/cobra"
	_ "go.etcd.io/bbolt"
	_ "golang.org/x/sync/errgroup"
	_ "golang.org/x/text/width"
	_ "gopkg.in/yaml.v3"
	_ "pgregory.net/rapid"
)
