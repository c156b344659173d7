// The command worker is an application that needs exactly as much as it is told to, for tests that compare
// two versions under load: so much processor time, so long, so much memory, for so many requests at a time.
//
//	worker [-cpu=5ms] [-delay=20ms] [-ballast=100] [-concurrency=4]
//
// Each flag can be given by the environment, too: WORKER_CPU, WORKER_DELAY, WORKER_BALLAST, WORKER_CONCURRENCY.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// version is set by the linker.
var version = "unknown"

// What a request costs.
type work struct {
	cpu   time.Duration
	delay time.Duration
	// One place for each request that is worked on; nil: as many as come.
	places chan struct{}
}

func main() {
	cpu := flag.Duration("cpu", 0, "processor time of a request, by the clock of its thread")
	delay := flag.Duration("delay", 0, "how long an answer waits, on top of that")
	ballast := flag.Int("ballast", 0, "memory that is held all along, in MiB")
	concurrency := flag.Int("concurrency", 0, "how many requests are worked on at a time; 0: as many as come")
	flag.VisitAll(fromEnvironment)
	flag.Parse()

	held := hold(*ballast)
	job := work{cpu: *cpu, delay: *delay}
	if *concurrency > 0 {
		job.places = make(chan struct{}, *concurrency)
	}
	hostname, err := os.Hostname()
	if err != nil {
		log.Fatal(err)
	}
	var leaving atomic.Bool
	http.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) {
		if job.do(r.Context()) {
			answer(w, map[string]string{"version": version, "hostname": hostname})
		}
	})
	http.HandleFunc("/version", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]string{"version": version})
	})
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]string{"status": "OK"})
	})
	http.HandleFunc("/readyz", func(w http.ResponseWriter, _ *http.Request) {
		if leaving.Load() {
			http.Error(w, "leaving", http.StatusServiceUnavailable)
			return
		}
		answer(w, map[string]string{"status": "OK"})
	})

	server := &http.Server{Addr: ":9898"}
	done := make(chan struct{})
	terminate := make(chan os.Signal, 1)
	signal.Notify(terminate, syscall.SIGTERM)
	go func() {
		defer close(done)
		<-terminate
		leaving.Store(true)
		// Until everybody knows that nothing more is to be sent here.
		time.Sleep(3 * time.Second)
		if err := server.Shutdown(context.Background()); err != nil {
			log.Print(err)
		}
	}()
	log.Printf("worker %s listens on :9898: cpu %s, delay %s, ballast %d MiB, concurrency %d",
		version, *cpu, *delay, *ballast, *concurrency)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	<-done
	runtime.KeepAlive(held)
}

// fromEnvironment gives a flag the value of its variable, if there is one.
func fromEnvironment(f *flag.Flag) {
	name := "WORKER_" + strings.ToUpper(f.Name)
	if value, ok := os.LookupEnv(name); ok {
		if err := f.Value.Set(value); err != nil {
			log.Fatalf("%s: %v", name, err)
		}
	}
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(body); err != nil {
		log.Print(err)
	}
}

// do works for one request; false if nobody waits for it any more.
func (job work) do(ctx context.Context) bool {
	if job.places != nil {
		select {
		case job.places <- struct{}{}:
			defer func() { <-job.places }()
		case <-ctx.Done():
			return false
		}
	}
	burn(job.cpu)
	time.Sleep(job.delay)
	return true
}

// burn uses up processor time. The clock is that of the thread: what others do on the machine does not count.
func burn(most time.Duration) {
	if most <= 0 {
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for end := threadTime() + most; threadTime() < end; {
	}
}

func threadTime() time.Duration {
	const threadClock = 3 // CLOCK_THREAD_CPUTIME_ID
	var now syscall.Timespec
	_, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, threadClock, uintptr(unsafe.Pointer(&now)), 0)
	if errno != 0 {
		log.Fatal(errno)
	}
	return time.Duration(now.Nano())
}

// hold takes so many MiB from the system and touches every page of them. It is none of the heap, which the
// garbage collector would let grow with it.
func hold(mebibytes int) []byte {
	if mebibytes == 0 {
		return nil
	}
	memory, err := syscall.Mmap(-1, 0, mebibytes<<20, syscall.PROT_READ|syscall.PROT_WRITE,
		syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		log.Fatal(err)
	}
	for page := 0; page < len(memory); page += os.Getpagesize() {
		memory[page] = 1
	}
	return memory
}
