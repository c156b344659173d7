// The command targets tells Prometheus what to scrape in a cluster, as http_sd_configs want it: Debian's Prometheus
// has no discovery of Kubernetes built in.
//
//	targets -listen 127.0.0.1:8081
//
// /pods are the running pods of all namespaces that have a port of the name http, by that port, with the labels
// namespace and pod; /nodes are the kubelets. It asks the API server with the pod's service account, anew for each
// question.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"
)

const account = "/var/run/secrets/kubernetes.io/serviceaccount/"

// group is what Prometheus calls a target group.
type group struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels,omitempty"`
}

type pods struct {
	Items []struct {
		Metadata struct{ Namespace, Name string }
		Spec     struct {
			Containers []struct {
				Ports []struct {
					Name          string
					ContainerPort int
				}
			}
		}
		Status struct{ Phase, PodIP string }
	}
}

type nodes struct {
	Items []struct {
		Status struct {
			Addresses []struct{ Type, Address string }
		}
	}
}

func main() {
	log.SetFlags(0)
	listen := flag.String("listen", "127.0.0.1:8081", "where to answer")
	flag.Parse()
	client, err := newClient()
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("/pods", answer(func() ([]group, error) { return podTargets(client) }))
	http.HandleFunc("/nodes", answer(func() ([]group, error) { return nodeTargets(client) }))
	log.Fatal(http.ListenAndServe(*listen, nil))
}

func newClient() (*http.Client, error) {
	ca, err := os.ReadFile(account + "ca.crt")
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	return &http.Client{Timeout: 5 * time.Second, Transport: transport}, nil
}

func answer(targets func() ([]group, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		groups, err := targets()
		if err != nil {
			log.Print(err)
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(groups); err != nil {
			log.Print(err)
		}
	}
}

func podTargets(client *http.Client) ([]group, error) {
	var list pods
	if err := get(client, "/api/v1/pods", &list); err != nil {
		return nil, err
	}
	groups := []group{}
	for _, pod := range list.Items {
		if pod.Status.Phase != "Running" || pod.Status.PodIP == "" {
			continue
		}
		for _, container := range pod.Spec.Containers {
			for _, port := range container.Ports {
				if port.Name == "http" {
					groups = append(groups, group{
						Targets: []string{net.JoinHostPort(pod.Status.PodIP, fmt.Sprint(port.ContainerPort))},
						Labels:  map[string]string{"namespace": pod.Metadata.Namespace, "pod": pod.Metadata.Name},
					})
				}
			}
		}
	}
	return groups, nil
}

func nodeTargets(client *http.Client) ([]group, error) {
	var list nodes
	if err := get(client, "/api/v1/nodes", &list); err != nil {
		return nil, err
	}
	groups := []group{}
	for _, node := range list.Items {
		for _, address := range node.Status.Addresses {
			if address.Type == "InternalIP" {
				groups = append(groups, group{Targets: []string{net.JoinHostPort(address.Address, "10250")}})
			}
		}
	}
	return groups, nil
}

func get(client *http.Client, path string, into any) error {
	// Read anew each time: the kubelet renews it.
	token, err := os.ReadFile(account + "token")
	if err != nil {
		return err
	}
	server := net.JoinHostPort(os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT"))
	request, err := http.NewRequest(http.MethodGet, "https://"+server+path, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+string(token))
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", path, response.Status)
	}
	return json.NewDecoder(response.Body).Decode(into)
}
