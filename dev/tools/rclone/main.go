// The command rclone is rclone with no more of it than copies a file into an S3-compatible bucket and back, and with its
// server of such buckets:
//
//	rclone copyto FROM TO
//	rclone serve s3 --auth-key=ID,SECRET DIRECTORY    each directory in it is a bucket
package main

import (
	_ "github.com/rclone/rclone/backend/local"
	_ "github.com/rclone/rclone/backend/s3"
	"github.com/rclone/rclone/cmd"
	_ "github.com/rclone/rclone/cmd/copyto"
	_ "github.com/rclone/rclone/cmd/serve/s3"
)

func main() { cmd.Main() }
