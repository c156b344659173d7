#!/usr/bin/env bash
# Makes the keys, certificates and kubeconfigs of one cluster, for a year:
#
#   dev/cluster/certificates.sh DIRECTORY NODE_ADDRESS
#
# The administrator's kubeconfig reaches the API server at NODE_ADDRESS, the others at 127.0.0.1.
set -euo pipefail
umask 077
directory=$1
address=$2

key() { # NAME
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key"
}

authority() { # NAME
    key "$1"
    openssl req -x509 -new -key "$1.key" -subj "/CN=godwit-$1" -days 366 -out "$1.crt" \
        -addext keyUsage=critical,keyCertSign,cRLSign
}

certificate() { # AUTHORITY NAME SUBJECT USAGE [ALTERNATIVE_NAMES]
    local extensions="extendedKeyUsage=$4
keyUsage=critical,digitalSignature
basicConstraints=critical,CA:FALSE"
    [[ -n ${5:-} ]] && extensions+="
subjectAltName=$5"
    key "$2"
    openssl req -new -key "$2.key" -subj "$3" |
        openssl x509 -req -CA "$1.crt" -CAkey "$1.key" -set_serial "0x$(openssl rand -hex 8)" -days 365 \
            -extfile <(printf '%s\n' "$extensions") -out "$2.crt" 2>/dev/null
}

kubeconfig() { # NAME SERVER: for the user of the certificate NAME
    cat >"$1.kubeconfig" <<YAML
apiVersion: v1
kind: Config
clusters:
- name: godwit
  cluster:
    server: $2
    certificate-authority-data: $(base64 -w0 ca.crt)
users:
- name: godwit
  user:
    client-certificate-data: $(base64 -w0 "$1.crt")
    client-key-data: $(base64 -w0 "$1.key")
contexts:
- name: godwit
  context: {cluster: godwit, user: godwit}
current-context: godwit
YAML
}

mkdir -p "$directory"
cd "$directory"
authority ca
authority front-proxy-ca
key service-accounts
openssl pkey -in service-accounts.key -pubout -out service-accounts.pub

inside=https://127.0.0.1:6443
certificate ca kube-apiserver /CN=kube-apiserver serverAuth \
    "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,DNS:localhost,IP:127.0.0.1,IP:10.96.0.1,IP:$address"
certificate ca kubelet /O=system:nodes/CN=system:node:godwit serverAuth,clientAuth "DNS:godwit,IP:$address"
certificate ca kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client clientAuth
certificate ca kube-controller-manager /CN=system:kube-controller-manager clientAuth
certificate ca kube-scheduler /CN=system:kube-scheduler clientAuth
certificate ca kube-proxy /CN=system:kube-proxy clientAuth
certificate ca admin /O=system:masters/CN=admin clientAuth
certificate front-proxy-ca front-proxy-client /CN=front-proxy-client clientAuth

for name in kubelet kube-controller-manager kube-scheduler kube-proxy; do
    kubeconfig "$name" "$inside"
done
kubeconfig admin "https://$address:6443"
