// The command database is a PostgreSQL for tests: it makes an empty database the first time, and then runs the server.
//
//	database DIRECTORY SECRET
//
// The database lives in DIRECTORY. SECRET is a directory with the files dbname, username and password: who may use it.
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

const programs = "/usr/lib/postgresql/15/bin/"

func main() {
	log.SetFlags(0)
	log.SetPrefix("database: ")
	if len(os.Args) != 3 {
		log.Fatal("usage: database DIRECTORY SECRET")
	}
	directory, secret := os.Args[1], os.Args[2]
	if _, err := os.Stat(filepath.Join(directory, "PG_VERSION")); err != nil {
		if err := initialize(directory, secret); err != nil {
			log.Fatal(err)
		}
	}
	// Durability is of no use to a test, and costs it seconds.
	arguments := []string{programs + "postgres", "-D", directory, "-c", "listen_addresses=*", "-c", "unix_socket_directories=",
		"-c", "fsync=off", "-c", "shared_buffers=16MB", "-c", "max_connections=50", "-c", "jit=off"}
	log.Fatal(syscall.Exec(programs+"postgres", arguments, os.Environ()))
}

func initialize(directory, secret string) error {
	values := map[string]string{}
	for _, key := range []string{"dbname", "username", "password"} {
		content, err := os.ReadFile(filepath.Join(secret, key))
		if err != nil {
			return err
		}
		values[key] = strings.TrimSpace(string(content))
	}
	if err := run("", programs+"initdb", "-D", directory, "-U", "postgres", "--locale=C", "--encoding=UTF8",
		"--auth=scram-sha-256", "--pwfile="+filepath.Join(secret, "password"), "--no-sync"); err != nil {
		return err
	}
	access, err := os.OpenFile(filepath.Join(directory, "pg_hba.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(access, "host all all all scram-sha-256"); err != nil {
		return err
	}
	if err := access.Close(); err != nil {
		return err
	}
	statements := fmt.Sprintf("create role %s login password '%s';\n\ncreate database %s owner %s;\n\n", quoted(values["username"]),
		strings.ReplaceAll(values["password"], "'", "''"), quoted(values["dbname"]), quoted(values["username"]))
	return run(statements, programs+"postgres", "--single", "-j", "-D", directory, "-c", "exit_on_error=on", "postgres")
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func run(input, program string, arguments ...string) error {
	command := exec.Command(program, arguments...)
	command.Stdin = strings.NewReader(input)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	return command.Run()
}
