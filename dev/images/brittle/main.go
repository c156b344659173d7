// The command brittle is the badly behaved application that every test of "no request is lost" needs
// as its negative control: it serves like any other, but on SIGTERM it is gone at once, with the
// requests that it was answering and the connections that its clients hold. It takes its time for
// an answer, so that there always are some.
package main

import (
	"encoding/json"
	"log"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// thinking is how long an answer takes.
const thinking = 500 * time.Millisecond

// version is set by the linker.
var version = "unknown"

func main() {
	terminate := make(chan os.Signal, 1)
	signal.Notify(terminate, syscall.SIGTERM)
	go func() {
		<-terminate
		os.Exit(143)
	}()

	hostname, err := os.Hostname()
	if err != nil {
		log.Fatal(err)
	}
	answer := func(body any) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("X-Version", version)
			if err := json.NewEncoder(w).Encode(body); err != nil {
				log.Print(err)
			}
		}
	}
	ok := answer(map[string]string{"status": "OK"})
	whoAnswers := answer(map[string]string{"version": version, "hostname": hostname})
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(thinking)
		whoAnswers(w, r)
	})
	http.HandleFunc("GET /version", answer(map[string]string{"version": version}))
	http.HandleFunc("GET /healthz", ok)
	http.HandleFunc("GET /readyz", ok)
	log.Printf("brittle %s listens on :9898", version)
	log.Fatal(http.ListenAndServe(":9898", nil))
}
