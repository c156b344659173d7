// The command smoke stands for the test that a user runs in a Job: it asks an address, and fails unless
// the answer has a text in it.
//
//	smoke URL TEXT
package main

import (
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: smoke URL TEXT")
	}
	url, text := os.Args[1], os.Args[2]
	client := http.Client{Timeout: 10 * time.Second}
	response, err := client.Get(url)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	if err != nil {
		log.Fatal(err)
	}
	if response.StatusCode != http.StatusOK || !strings.Contains(string(body), text) {
		log.Fatalf("GET %s: %s, expected %q in: %s", url, response.Status, text, body)
	}
	log.Printf("GET %s: %s, with %q", url, response.Status, text)
}
