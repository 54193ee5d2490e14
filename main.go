// Command gridbot turns what residents write to a community's WeChat Official
// Account into tasks of grid workers, and tells everybody how they go. `gridbot
// --help` lists its commands; `gridbot demo` needs nothing but Go.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }
