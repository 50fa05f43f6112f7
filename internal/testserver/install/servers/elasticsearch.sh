# Elasticsearch, put together from the jars of its core on Maven Central and the
# small programs in ../../elasticsearch/, and the Java that it needs: see
# elasticsearch.go.
set -e
source=$(cd "$(dirname "$0")/../../elasticsearch" && pwd)
dir=$ASSAY_TEST_CACHE/elasticsearch-8.19.21
[ -e "$dir/complete" ] && cmp -s "$source/TestNode.java" "$dir/src/TestNode.java" && exit 0
command -v javac >/dev/null || sh "$(dirname "$0")/../apt.sh" default-jdk-headless
command -v mvn >/dev/null || sh "$(dirname "$0")/../apt.sh" maven
rm -rf "$dir"
mkdir -p "$dir/src"
cp "$source"/*.java "$dir/src"
cat >"$dir/pom.xml" <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>test</groupId><artifactId>elasticsearch</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.elasticsearch</groupId><artifactId>elasticsearch</artifactId><version>8.19.21</version></dependency>
    <dependency><groupId>org.elasticsearch.plugin</groupId><artifactId>transport-netty4</artifactId><version>8.19.21</version></dependency>
  </dependencies>
</project>
POM
mvn -B -q -f "$dir/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$dir/lib"
javac --release 17 -nowarn -Xlint:none -cp "$dir/lib/*" -d "$dir/classes" "$dir"/src/*.java
touch "$dir/complete"
