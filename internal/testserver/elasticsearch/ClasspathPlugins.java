package org.elasticsearch.plugins;

import java.util.List;
import org.elasticsearch.Build;
import org.elasticsearch.action.admin.cluster.node.info.PluginsAndModules;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;

/**
 * The plugins of a node, taken from the class path: jars from Maven Central have
 * no folder modules/. It stands in this package for methods that are visible
 * here only.
 */
public final class ClasspathPlugins extends PluginsService {
    private final List<LoadedPlugin> loaded;

    public ClasspathPlugins(Settings settings, Environment environment, PluginsLoader loader, List<Class<? extends Plugin>> classes) {
        super(settings, environment.configDir(), loader);
        loaded = classes.stream().map(type -> load(type, settings, environment)).toList();
        loadExtensions(loaded);
    }

    private LoadedPlugin load(Class<? extends Plugin> type, Settings settings, Environment environment) {
        String name = type.getName();
        PluginDescriptor described = new PluginDescriptor(name, name, "", Build.current().version(),
            Integer.toString(Runtime.version().feature()), name, null, List.of(), false, false, true, false);
        return new LoadedPlugin(described, loadPlugin(type, settings, environment.configDir()), type.getClassLoader());
    }

    @Override
    protected List<LoadedPlugin> plugins() {
        return loaded;
    }

    @Override
    public PluginsAndModules info() {
        return new PluginsAndModules(List.of(), loaded.stream().map(LoadedPlugin::descriptor).toList());
    }
}
