//go:build !unix

package main

// limitFiles does nothing: there is no limit of this kind here.
func limitFiles() {}
