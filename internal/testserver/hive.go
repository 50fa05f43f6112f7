package testserver

import (
	"context"
	"encoding/xml"
	"fmt"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// HiveServer is Apache Hive: a metastore, and a HiveServer2 on the local file
// system. It has the rights of SQL (GRANT); everybody may use the metastore.
type HiveServer struct {
	// Address is HiveServer2's, host:port. It speaks SASL PLAIN, and the password
	// of each user is his name with "-password" behind it; or, of the server of
	// HiveWithoutSASL, plain Thrift, and asks for no password.
	Address string
	// Metastore is the metastore's, host:port.
	Metastore string
	// Admin is the user who may take the role ADMIN. Tables that he makes at a
	// place in Files are his.
	Admin string
	// Files is a folder for the files of tables.
	Files string
}

// Hive returns the server that all tests of the process share. Tests make
// databases with names of their own.
func Hive(t testing.TB) HiveServer {
	t.Helper()
	return hiveServer(t, hiveSASL)
}

// HiveWithoutSASL returns a server like that of Hive, with the same metastore,
// that speaks plain Thrift (NOSASL).
func HiveWithoutSASL(t testing.TB) HiveServer {
	t.Helper()
	return hiveServer(t, hivePlain)
}

func hiveServer(t testing.TB, start func() (instance, error)) HiveServer {
	t.Helper()
	i, err := start()
	need(t, err)
	metastore, err := hiveMetastore()
	need(t, err)
	admin, err := user.Current()
	need(t, err)
	return HiveServer{
		Address:   net.JoinHostPort("127.0.0.1", strconv.Itoa(i.port)),
		Metastore: net.JoinHostPort("127.0.0.1", strconv.Itoa(metastore.port)),
		Admin:     admin.Username,
		Files:     filepath.Join(metastore.dir, "files"),
	}
}

// The servers of this process, each started once.
var (
	hiveMetastore = sync.OnceValues(func() (instance, error) {
		return server{name: "hive-metastore", command: metastoreCommand, ready: listens, patience: 3 * time.Minute}.start()
	})
	hiveSASL  = sync.OnceValues(func() (instance, error) { return startHive("CUSTOM") })
	hivePlain = sync.OnceValues(func() (instance, error) { return startHive("NOSASL") })
)

// startHive starts a HiveServer2 that authenticates as told.
func startHive(authentication string) (instance, error) {
	metastore, err := hiveMetastore()
	if err != nil {
		return instance{}, err
	}
	command := func(dir string, port int) ([]string, error) {
		settings := hiveSettings(metastore.dir)
		settings["hive.metastore.uris"] = fmt.Sprintf("thrift://127.0.0.1:%d", metastore.port)
		settings["hive.server2.thrift.port"] = strconv.Itoa(port)
		settings["hive.server2.authentication"] = authentication
		return hiveCommand(dir, settings, "org.apache.hive.service.server.HiveServer2", "768m")
	}
	return server{name: "hive", command: command, ready: listens, patience: 4 * time.Minute}.start()
}

func metastoreCommand(dir string, port int) ([]string, error) {
	if err := os.MkdirAll(filepath.Join(dir, "files"), 0o755); err != nil {
		return nil, err
	}
	argv, err := hiveCommand(dir, hiveSettings(dir), "org.apache.hadoop.hive.metastore.HiveMetaStore", "384m")
	return append(argv, "-p", strconv.Itoa(port)), err
}

// hiveSettings are those that all servers have. The warehouse lies in the
// metastore's folder.
func hiveSettings(metastore string) map[string]string {
	admin := ""
	if u, err := user.Current(); err == nil {
		admin = u.Username
	}
	return map[string]string{
		"fs.defaultFS":                                  "file:///",
		"javax.jdo.option.ConnectionURL":                "jdbc:derby:;databaseName=" + filepath.Join(metastore, "derby") + ";create=true",
		"datanucleus.schema.autoCreateAll":              "true",
		"hive.metastore.schema.verification":            "false",
		"metastore.warehouse.dir":                       "file:" + filepath.Join(metastore, "warehouse"),
		"hive.metastore.warehouse.dir":                  "file:" + filepath.Join(metastore, "warehouse"),
		"hive.metastore.warehouse.external.dir":         "file:" + filepath.Join(metastore, "external"),
		"hive.metastore.event.db.notification.api.auth": "false",
		"metastore.event.listeners":                     "",
		"metastore.transactional.event.listeners":       "",
		"hive.notification.event.poll.interval":         "0s",
		"hive.server2.thrift.bind.host":                 "127.0.0.1",
		"hive.server2.webui.port":                       "0",
		"hive.server2.enable.doAs":                      "false",
		"hive.server2.custom.authentication.class":      "TestPasswords",
		"hive.server2.logging.operation.enabled":        "false",
		"hive.server2.materializedviews.registry.impl":  "DUMMY",
		"hive.server2.tez.initialize.default.sessions":  "false",
		"hive.security.authorization.enabled":           "true",
		"hive.security.authorization.manager":           "org.apache.hadoop.hive.ql.security.authorization.plugin.sqlstd.SQLStdHiveAuthorizerFactory",
		"hive.security.authenticator.manager":           "org.apache.hadoop.hive.ql.security.SessionStateUserAuthenticator",
		"hive.users.in.admin.role":                      admin,
		// Jobs run in the server's process; there is no YARN and no Tez.
		"hive.execution.engine":    "mr",
		"mapreduce.framework.name": "local",
		// Plain tables, so that tests can put files into them.
		"hive.support.concurrency":         "false",
		"hive.txn.manager":                 "org.apache.hadoop.hive.ql.lockmgr.DummyTxnManager",
		"hive.strict.managed.tables":       "false",
		"hive.create.as.insert.only":       "false",
		"hive.create.as.acid":              "false",
		"metastore.create.as.acid":         "false",
		"hive.stats.autogather":            "false",
		"hive.stats.column.autogather":     "false",
		"hive.exec.dynamic.partition.mode": "nonstrict",
		"hive.async.log.enabled":           "false",
		"hive.auto.convert.join":           "false", // a join in memory needs a program of Hadoop
	}
}

// hiveLog has the log go to standard error.
const hiveLog = `rootLogger.level=warn
rootLogger.appenderRef.stderr.ref=stderr
appender.stderr.type=Console
appender.stderr.name=stderr
appender.stderr.target=SYSTEM_ERR
appender.stderr.layout.type=PatternLayout
appender.stderr.layout.pattern=%d{HH:mm:ss} %p %c{1}: %m%n%ex
`

// hiveOpens are the packages of Java that Hive looks into, which newer versions
// of Java close.
var hiveOpens = []string{"java.lang", "java.lang.invoke", "java.lang.reflect", "java.io", "java.net", "java.nio", "java.time",
	"java.util", "java.util.concurrent", "java.util.concurrent.atomic", "java.util.regex", "sun.nio.ch"}

func hiveCommand(dir string, settings map[string]string, class, memory string) ([]string, error) {
	cache, err := cacheDir()
	if err != nil {
		return nil, err
	}
	home := filepath.Join(cache, "hive-4.0.1") // as install/servers/hive.sh names it
	if _, err := os.Stat(filepath.Join(home, "complete")); err != nil {
		return nil, &missing{"hive", "no folder " + home}
	}
	java, err := find("hive", "java")
	if err != nil {
		return nil, err
	}
	conf, tmp := filepath.Join(dir, "conf"), filepath.Join(dir, "tmp")
	for _, folder := range []string{conf, tmp} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return nil, err
		}
	}
	scratch := filepath.Join(dir, "scratch")
	if err := os.Mkdir(scratch, 0o777); err != nil {
		return nil, err
	}
	if err := os.Chmod(scratch, 0o777); err != nil { // whatever the umask is; Hive insists
		return nil, err
	}
	settings["hive.exec.scratchdir"] = "file:" + scratch
	settings["hive.exec.local.scratchdir"] = tmp
	settings["hive.downloaded.resources.dir"] = filepath.Join(tmp, "resources")
	log := filepath.Join(conf, "log4j2.properties")
	if err := os.WriteFile(log, []byte(hiveLog), 0o644); err != nil {
		return nil, err
	}
	for _, name := range []string{"hive-site.xml", "hiveserver2-site.xml"} {
		if err := os.WriteFile(filepath.Join(conf, name), []byte(hiveXML(settings)), 0o644); err != nil {
			return nil, err
		}
	}
	argv := []string{"/usr/bin/env", "-C", dir, "HADOOP_HOME=" + dir, java, "-Xmx" + memory, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"}
	for _, name := range hiveOpens {
		argv = append(argv, "--add-opens=java.base/"+name+"=ALL-UNNAMED")
	}
	return append(argv, "--add-opens=java.sql/java.sql=ALL-UNNAMED",
		"-Dlog4j2.configurationFile=file:"+log, "-Dderby.system.home="+dir, "-Dderby.stream.error.file="+filepath.Join(dir, "derby.log"),
		"-Djava.io.tmpdir="+tmp, "-Dproc_hiveserver2", "-cp", strings.Join([]string{conf, filepath.Join(home, "classes"), filepath.Join(home, "lib", "*")}, ":"), class), nil
}

// hiveXML writes settings as Hadoop reads them.
func hiveXML(settings map[string]string) string {
	var b strings.Builder
	b.WriteString("<configuration>\n")
	for name, value := range settings {
		b.WriteString("<property><name>" + name + "</name><value>")
		xml.EscapeText(&b, []byte(value))
		b.WriteString("</value></property>\n")
	}
	b.WriteString("</configuration>\n")
	return b.String()
}

// listens waits until a port takes connections, which Hive's do when the rest is
// ready.
func listens(ctx context.Context, _ string, port int) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return err
	}
	return conn.Close()
}
