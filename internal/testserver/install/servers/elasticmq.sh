# ElasticMQ, a server with the interface of Amazon SQS, and the Java that it
# runs on: see elasticmq.go.
set -e
dir=$ASSAY_TEST_CACHE/elasticmq-1.7.1
if ! command -v java >/dev/null; then
  sh "$(dirname "$0")/../apt.sh" default-jre-headless
fi
[ -e "$dir/complete" ] && exit 0
if ! command -v mvn >/dev/null; then
  sh "$(dirname "$0")/../apt.sh" maven
fi
rm -rf "$dir"
mkdir -p "$dir"
cat >"$dir/pom.xml" <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>test</groupId><artifactId>elasticmq</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.elasticmq</groupId><artifactId>elasticmq-server_2.13</artifactId><version>1.7.1</version></dependency>
  </dependencies>
</project>
POM
mvn -B -q -f "$dir/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$dir/lib"
touch "$dir/complete"
