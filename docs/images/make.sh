#!/bin/sh
# Remakes README's pictures: the event study as didnb draws it, Table 2 as a browser shows it (needs chromium).
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/pictures.did" <<'SCRIPT'
%panel load data/dual-pilot.csv unit=city time=year
%eventstudy DIA ~ PGDP + FINDEV + OPEN + GOVSUP + MKTZ + URB | city + year treat=DID window=-6:8 level=0.90 vcov=iid as=es
%plot es out=docs/images/eventstudy.png
%did DIA ~ 1 | city + year treat=DID vcov=iid as=m1
%did DIA ~ PGDP + FINDEV + OPEN + GOVSUP + MKTZ + URB | city + year treat=DID vcov=iid as=m2
%did DIA ~ PGDP + FINDEV + OPEN + GOVSUP + MKTZ + URB | city + year treat=SC vcov=iid as=m3
%did DIA ~ PGDP + FINDEV + OPEN + GOVSUP + MKTZ + URB | city + year treat=LCC vcov=iid as=m4
%table m1 m2 m3 m4 number=2 title="Baseline regressions" stat=t out=docs/images/table2.html
SCRIPT
go run ./magics/didnb eval "$work/pictures.did" > "$work/log"
{ echo '<!doctype html><meta charset="utf-8"><body style="margin:16px;background:#fff">'; cat docs/images/table2.html; } > "$work/table2.html"
rm docs/images/table2.html
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1.5 --user-data-dir="$work/profile" \
  --window-size=620,775 --screenshot="$PWD/docs/images/table2.png" "file://$work/table2.html" >/dev/null 2>&1
