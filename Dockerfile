# Two images of one study: `workshop` (JupyterLab with Go cells, needs no network; the default) and `batch` (the program alone).
#
#   docker build -t didnb:workshop .
#   docker build -t didnb:batch --target batch .
#
# Everything comes from two base images, Debian's packages, the Go module proxy and PyPI; each has a build argument for
# a mirror: GO_IMAGE, BASE_IMAGE, APT_MIRROR, GOPROXY, PIP_INDEX_URL (docs/workshop.md). A digest pins a base:
# --build-arg BASE_IMAGE=debian@sha256:….
ARG GO_IMAGE=golang:1.26-bookworm
ARG BASE_IMAGE=debian:bookworm-slim

# tools: GoNB, goimports and gopls at the versions of go.mod, and the large packages that didnb is built with. It changes
# with go.mod only.
FROM ${GO_IMAGE} AS tools
ARG GOPROXY
ARG GOSUMDB
ENV CGO_ENABLED=0 GOTOOLCHAIN=local
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
RUN GOBIN=/opt/didnb/bin go install -trimpath -ldflags "-s -w" tool
RUN go build -trimpath github.com/go-gota/gota/dataframe github.com/parquet-go/parquet-go github.com/xuri/excelize/v2 \
    github.com/yuin/goldmark gonum.org/v1/plot/plotter gonum.org/v1/plot/vg/vgimg gonum.org/v1/plot/vg/vgsvg gonum.org/v1/gonum/optimize

# build: didnb, static.
FROM tools AS build
COPY *.go ./
COPY data data
COPY notebooks notebooks
COPY didkit didkit
COPY magics magics
RUN go build -trimpath -ldflags "-s -w" -o /opt/didnb/bin/didnb ./magics/didnb
# What learners get: notebooks and data, without the programs that make them.
COPY LICENSE /opt/didnb/share/
RUN cp -r notebooks data /opt/didnb/share/ && cd /opt/didnb/share \
    && find . \( -name '*.go' -o -name '*.py' -o -name '*.didnb' \) -delete && find . -type d -empty -delete

# warm: what Go cells find ready: Go without what no cell needs, modules, didkit's source, and a build cache, all under
# the paths that they have in the image, since the build cache goes by paths.
FROM build AS warm
RUN cd /usr/local/go && rm -rf api doc misc test \
    && find src -name '*_test.go' -delete && find src -name testdata -prune -exec rm -rf {} +
COPY container/warm /usr/local/bin/didnb-warm
RUN didnb-warm

# fonts: one file each of two packages whose other weights no figure uses.
FROM ${BASE_IMAGE} AS fonts
ARG APT_MIRROR
COPY container/apt /usr/local/bin/didnb-apt
RUN didnb-apt fonts-noto-cjk fonts-wqy-microhei
RUN mkdir -p /fonts/workshop /fonts/batch \
    && cp --parents /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc /usr/share/doc/fonts-noto-cjk/copyright /fonts/workshop \
    && cp --parents -L /usr/share/fonts/truetype/wqy/wqy-microhei.ttc /usr/share/doc/fonts-wqy-microhei/copyright /fonts/batch \
    && install -d -m 1777 /fonts/batch/work /fonts/batch/tmp

# lab: JupyterLab and JupyterHub, every file by its hash.
FROM ${BASE_IMAGE} AS lab
ARG APT_MIRROR
ARG PIP_INDEX_URL
COPY container/apt /usr/local/bin/didnb-apt
RUN didnb-apt python3 python3-venv
COPY container/requirements.txt /tmp/
RUN python3 -m venv /opt/jupyter \
    && /opt/jupyter/bin/pip install --no-cache-dir --only-binary :all: --require-hashes -r /tmp/requirements.txt \
    && /opt/jupyter/bin/pip uninstall -y -q pip setuptools \
    && rm -rf /opt/jupyter/share/jupyter/lab/staging /opt/jupyter/share/jupyter/kernels \
    && find /opt/jupyter -name '*.map' -delete \
    && find /opt/jupyter/lib -type d \( -name tests -o -name test \) -prune -exec rm -rf {} +
COPY container/etc /opt/jupyter/etc/jupyter

FROM scratch AS batch
ARG VERSION=unreleased
ARG REVISION
LABEL org.opencontainers.image.title="didnb" \
      org.opencontainers.image.description="Difference-in-differences from a panel to a finished report, without a notebook server" \
      org.opencontainers.image.source="https://github.com/seed2d25c7c2/didnb" \
      org.opencontainers.image.documentation="https://github.com/seed2d25c7c2/didnb/blob/main/docs/workshop.md" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=tools /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=fonts /fonts/batch /
COPY --from=build /opt/didnb/share /usr/share/didnb
COPY --from=build /opt/didnb/bin/didnb /usr/bin/didnb
ENV PATH=/usr/bin HOME=/tmp
USER 1000:1000
WORKDIR /work
ENTRYPOINT ["/usr/bin/didnb"]
CMD ["help"]

FROM ${BASE_IMAGE} AS workshop
ARG APT_MIRROR
COPY container/apt /usr/local/bin/didnb-apt
RUN didnb-apt ca-certificates python3 tini \
    && groupadd -g 1000 didnb && useradd -u 1000 -g 1000 -m -d /home/didnb -s /bin/bash didnb \
    && install -d -o 1000 -g 1000 /home/didnb/work /srv/hub
COPY --from=fonts /fonts/workshop /
COPY --from=lab /opt/jupyter /opt/jupyter
COPY --from=warm /usr/local/go /usr/local/go
COPY --from=tools /opt/didnb/bin /opt/didnb/bin
COPY --from=warm /opt/didnb/gomod /opt/didnb/gomod
COPY --from=warm /opt/didnb/buildcache /opt/didnb/buildcache
COPY --from=warm /opt/didnb/cache /opt/didnb/cache
COPY --from=warm /opt/jupyter/share/jupyter/kernels /opt/jupyter/share/jupyter/kernels
COPY --from=build /opt/didnb/bin/didnb /opt/didnb/bin/
COPY container/bin /opt/didnb/bin
COPY container/hub /opt/didnb/hub
COPY --from=build /opt/didnb/share /opt/didnb/share
ENV PATH=/opt/didnb/bin:/opt/jupyter/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 HOME=/home/didnb \
    CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS=-buildvcs=false GOPROXY=off GOSUMDB=off GOTELEMETRY=off \
    GOMODCACHE=/opt/didnb/gomod DIDNB_SOURCE=/opt/didnb/cache/didnb \
    GOCACHEPROG="/opt/didnb/bin/didnb buildcache --base /opt/didnb/buildcache"
USER 1000:1000
# Not ~/work: an engine makes a missing one as root, where an empty volume is mounted at the home.
WORKDIR /home/didnb
EXPOSE 8888
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["didnb-healthcheck"]
ENTRYPOINT ["/usr/bin/tini", "-g", "--", "/opt/didnb/bin/didnb-start"]
CMD ["lab"]
ARG VERSION=unreleased
ARG REVISION
LABEL org.opencontainers.image.title="didnb workshop" \
      org.opencontainers.image.description="JupyterLab with the didnb kernel, the study's notebooks and Go cells, all without a network" \
      org.opencontainers.image.source="https://github.com/seed2d25c7c2/didnb" \
      org.opencontainers.image.documentation="https://github.com/seed2d25c7c2/didnb/blob/main/docs/workshop.md" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
