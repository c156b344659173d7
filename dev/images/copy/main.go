// Copies a directory: what a backup or a restore does in the examples and tests.
//
//	copy FROM TO    TO is what FROM is afterwards; it fails where FROM does not exist
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 3 {
		fail("usage: copy FROM TO")
	}
	from, to := os.Args[1], os.Args[2]
	if _, err := os.Stat(from); err != nil {
		fail(err)
	}
	// Its entries and not itself: it may be where a volume is mounted.
	old, err := os.ReadDir(to)
	if err != nil && !os.IsNotExist(err) {
		fail(err)
	}
	for _, entry := range old {
		if err := os.RemoveAll(filepath.Join(to, entry.Name())); err != nil {
			fail(err)
		}
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		fail(err)
	}
	entries, err := os.ReadDir(to)
	if err != nil {
		fail(err)
	}
	fmt.Printf("copied %d entries of %s to %s\n", len(entries), from, to)
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, "copy:", why)
	os.Exit(1)
}
