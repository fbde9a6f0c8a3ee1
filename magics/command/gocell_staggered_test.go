package command_test

import "testing"

// TestGoCellsOfStaggeredMethodsRun: the cells of the methods of staggered adoption print the magics' numbers.
func TestGoCellsOfStaggeredMethodsRun(t *testing.T) {
	runGoCells(t, towns+
		"%did y ~ 1 treat=D method=cs control=notyet agg=group go=true\n"+
		"%did y ~ 1 treat=D method=stacked window=-2:1 go=true\n"+
		"%did y ~ w treat=D method=stacked window=-2:1 stack=none agg=static level=0.9 go=true\n"+
		"%eventstudy y ~ 1 treat=D method=stacked window=-2:1 stack=population population=w control=never go=true\n"+
		"%did y ~ 1 treat=D method=lpdid window=-2:1 reweight=true premean=all nocomp=true agg=pooled go=true\n"+
		"%eventstudy y ~ w treat=D method=lpdid window=-2:1 control=never reweight=true premean=2 go=true\n"+
		"%did y ~ w treat=D method=etwfe agg=group go=true\n"+
		"%did y ~ 1 treat=D method=etwfe control=never vcov=hetero go=true\n"+
		"%eventstudy whole ~ 1 treat=D method=etwfe family=poisson vcov=iid go=true\n"+
		"%did y ~ 1 treat=D method=sdid inf=bootstrap boot=100 seed=7 go=true\n"+
		"%eventstudy y ~ 1 treat=D method=sc go=true\n"+
		"%did y ~ x treat=D method=ifect factors=0 inf=jackknife go=true\n"+
		"%eventstudy y ~ 1 treat=D method=mc lambda=0.4 minpre=2 placebo=1 boot=100 seed=7 go=true\n"+
		"%did y ~ x treat=D method=sdid covariates=projected inf=bootstrap boot=100 go=true\n"+
		"%did y ~ x treat=D method=sdid boot=100 go=true\n"+
		"%gen off = D*(year != 2016)\n%eventstudy y ~ 1 treat=off method=dcdh switchers=in normalized=true window=-2:3 go=true\n"+
		"%did y ~ 1 treat=D method=dcdh agg=dynamic go=true\n"+
		"%gen dose = 2*D + off\n%did y ~ x | town[year] + year treat=dose method=dcdh window=-2:1 control=never go=true\n"+
		"%did y ~ x treat=dose method=dcdh window=-2:1 same=after go=true")
}

// TestGoCellOfEstimatorsWithDrawsRuns: so does that of several estimators whose errors are drawn.
func TestGoCellOfEstimatorsWithDrawsRuns(t *testing.T) {
	runGoCells(t, towns+"%did y ~ 1 | town + year treat=D as=m1\n%estimators m1 methods=sdid,sc,lpdid reweight=true premean=2 go=true\n%eventstudy y ~ 1 treat=D as=es\n%equivalence es method=boot go=true")
}

// TestGoCellsOfInferenceRun: the cells of inf= print its p values and interval.
func TestGoCellsOfInferenceRun(t *testing.T) {
	runGoCells(t, towns+
		"%did y ~ x treat=D inf=ri(reps=200, seed=4) go=true\n"+
		"%did y ~ x treat=D if=\"year > 2011\" vcov=hetero inf=ri(stat=t, assign=town, reps=200) level=0.9 go=true\n"+
		"%did y ~ x treat=D inf=fermanpinto(size=w, cluster=town, reps=500, seed=2) go=true\n"+
		"%reg y ~ D + x | town + year vcov=cluster(town) weights=w inf=ri(D, reps=200) go=true\n"+
		"%reg y ~ D + x | town + year inf=fermanpinto(D, reps=500) go=true\n"+
		"%did y ~ 1 treat=D method=cs control=notyet inf=ri(stat=t, reps=50) go=true\n"+
		"%did y ~ 1 treat=D method=sdid inf=ri(reps=50) go=true")
}

// TestGoCellOfTripleDifferenceRuns: so does that of triple differences.
func TestGoCellOfTripleDifferenceRuns(t *testing.T) {
	runGoCells(t, towns+"%gen q = region == \"West\"\n%gen g = (adopt > 0)*2014\n%did y ~ 1 method=ddd cohort=g eligible=q est=reg go=true\n%eventstudy y ~ 1 method=ddd cohort=g eligible=q panel=false go=true\n%did y ~ 1 method=ddd cohort=g eligible=q unbalanced=keep if=\"x > 1.2\" go=true")
}

// TestGoCellOfContinuousTreatmentRuns: so do those of a continuous treatment.
func TestGoCellOfContinuousTreatmentRuns(t *testing.T) {
	runGoCells(t, "%panel load ../../../testdata/reference/data/dose.csv unit=unit time=time\n%gen later = dose*(time >= g)\n"+
		"%did y ~ 1 cohort=g method=cdid control=notyet dose=dose degree=2 knots=1 boot=200 seed=4 go=true\n"+
		"%eventstudy y ~ 1 method=cdid dose=later degree=1 target=slope window=-2:1 go=true\n"+
		"%did y ~ 1 cohort=g method=cdid dose=dose grid=1,2.5 agg=simple base=universal as=m\n%honest m mbar=0.5 go=true\n"+
		"%panel load ../../../testdata/reference/data/dose_waves.csv unit=unit time=time\n%did waves ~ 1 cohort=g method=cdid dose=dose knots=auto boot=200 grid=0.2,0.5,0.8 go=true")
}
