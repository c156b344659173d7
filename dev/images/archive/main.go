// The command archive writes a container image as a docker-archive tar, without any container engine:
// one layer with the given files, and the JSON that says how to run them. The same input gives
// the same bytes.
//
//	archive -tag localhost/app:1.0.0 -entrypoint /app -o app.tar path/to/app=/app
package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path"
	"runtime"
	"strings"
)

// nobody is the user that the images run as: not root, and without a name because there is no /etc/passwd.
const nobody = "65532:65532"

func main() {
	log.SetFlags(0)
	log.SetPrefix("archive: ")
	tag := flag.String("tag", "", "the image's name and tag")
	entrypoint := flag.String("entrypoint", "", "the program to run, separated from its arguments by spaces")
	out := flag.String("o", "", "the tar to write")
	flag.Parse()
	if *tag == "" || *entrypoint == "" || *out == "" || flag.NArg() == 0 {
		log.Fatal("usage: archive -tag NAME:TAG -entrypoint PROGRAM -o FILE.tar SOURCE=TARGET…")
	}

	layer, err := layerOf(flag.Args())
	if err != nil {
		log.Fatal(err)
	}
	image, err := imageOf(*tag, strings.Fields(*entrypoint), layer)
	if err != nil {
		log.Fatal(err)
	}
	// Written aside and renamed, so that an interrupted run leaves no half of an image.
	part := fmt.Sprintf("%s.%d", *out, os.Getpid())
	if err := os.WriteFile(part, image, 0o644); err != nil {
		log.Fatal(err)
	}
	if err := os.Rename(part, *out); err != nil {
		log.Fatal(err)
	}
}

// layerOf packs the files, given as SOURCE=TARGET, and an empty /tmp that anybody may write to.
func layerOf(files []string) ([]byte, error) {
	var buffer bytes.Buffer
	w := tar.NewWriter(&buffer)
	if err := w.WriteHeader(&tar.Header{Name: "tmp/", Typeflag: tar.TypeDir, Mode: 0o1777}); err != nil {
		return nil, err
	}
	for _, file := range files {
		source, target, found := strings.Cut(file, "=")
		if !found {
			return nil, fmt.Errorf("%q is not SOURCE=TARGET", file)
		}
		content, err := os.ReadFile(source)
		if err != nil {
			return nil, err
		}
		if err := add(w, strings.TrimPrefix(path.Clean(target), "/"), 0o755, content); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return buffer.Bytes(), err
}

func imageOf(tag string, entrypoint []string, layer []byte) ([]byte, error) {
	config, err := json.Marshal(map[string]any{
		"architecture": runtime.GOARCH,
		"os":           "linux",
		"config":       map[string]any{"User": nobody, "Entrypoint": entrypoint, "WorkingDir": "/"},
		"rootfs":       map[string]any{"type": "layers", "diff_ids": []string{fmt.Sprintf("sha256:%x", sha256.Sum256(layer))}},
	})
	if err != nil {
		return nil, err
	}
	configName := fmt.Sprintf("%x.json", sha256.Sum256(config))
	manifest, err := json.Marshal([]map[string]any{
		{"Config": configName, "RepoTags": []string{tag}, "Layers": []string{"layer.tar"}},
	})
	if err != nil {
		return nil, err
	}

	var buffer bytes.Buffer
	w := tar.NewWriter(&buffer)
	for _, entry := range []struct {
		name    string
		content []byte
	}{{"layer.tar", layer}, {configName, config}, {"manifest.json", manifest}} {
		if err := add(w, entry.name, 0o644, entry.content); err != nil {
			return nil, err
		}
	}
	err = w.Close()
	return buffer.Bytes(), err
}

func add(w *tar.Writer, name string, mode int64, content []byte) error {
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: mode, Size: int64(len(content))}); err != nil {
		return err
	}
	_, err := io.Copy(w, bytes.NewReader(content))
	return err
}
