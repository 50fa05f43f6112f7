package scanner_test

const killEnv = "ASSAY_TEST_KILL"

func killedScanner() int { return 0 }
