# Apache Hive, metastore and HiveServer2, put together from its jars on Maven
# Central, with the program in ../../hive/, and
# the Java that it needs: see hive.go.
set -e
source=$(cd "$(dirname "$0")/../../hive" && pwd)
dir=$ASSAY_TEST_CACHE/hive-4.0.1
[ -e "$dir/complete" ] && cmp -s "$source/TestPasswords.java" "$dir/TestPasswords.java" && exit 0
command -v javac >/dev/null || sh "$(dirname "$0")/../apt.sh" default-jdk-headless
command -v mvn >/dev/null || sh "$(dirname "$0")/../apt.sh" maven
rm -rf "$dir"
mkdir -p "$dir"

# The poms below Hive's name repositories that no longer answer; without this
# Maven waits minutes for them.
cat >"$dir/settings.xml" <<'XML'
<settings>
  <mirrors>
    <mirror><id>central-only</id><mirrorOf>*,!central</mirrorOf><url>http://0.0.0.0/</url><blocked>true</blocked></mirror>
  </mirrors>
</settings>
XML

# without GROUP/ARTIFACT prints an exclusion.
without() { printf '<exclusion><groupId>%s</groupId><artifactId>%s</artifactId></exclusion>' "${1%/*}" "${1#*/}"; }
# needs GROUP ARTIFACT VERSION [WITHOUT...] prints a dependency.
needs() {
  printf '<dependency><groupId>%s</groupId><artifactId>%s</artifactId><version>%s</version><exclusions>' "$1" "$2" "$3"
  shift 3
  for what in "$@"; do without "$what"; done
  printf '</exclusions></dependency>\n'
}
{
  echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
  echo '<groupId>test</groupId><artifactId>hive</artifactId><version>1</version><packaging>pom</packaging><dependencies>'
  needs org.apache.hive hive-service 4.0.1 'org.pac4j/*' 'org.apache.hbase/*' 'org.apache.hadoop/*' \
    'org.eclipse.jetty.orbit/*' org.apache.hive/hive-llap-server
  needs org.apache.hive hive-standalone-metastore-server 4.0.1 'org.pac4j/*' 'org.apache.hbase/*' 'org.apache.hadoop/*'
  needs org.apache.hadoop hadoop-client-api 3.3.6
  needs org.apache.hadoop hadoop-client-runtime 3.3.6
  needs org.apache.hadoop hadoop-hdfs 3.3.6 '*/*'
  echo '</dependencies></project>'
} >"$dir/pom.xml"
mvn -B -q -gs "$dir/settings.xml" -f "$dir/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$dir/lib"
cp "$source"/*.java "$dir"
javac --release 17 -nowarn -Xlint:none -cp "$dir/lib/*" -d "$dir/classes" "$dir"/*.java
touch "$dir/complete"
