using Buildpacks.Lifecycle.Variables;
using Buildpacks.Testing;

namespace Buildpacks.Lifecycle.Tests.Variables;

public sealed class BuildVariablesTests : IDisposable
{
    private readonly TestFolder folder = new("vars");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("PATH", true)]
    [InlineData("HOME", true)]
    [InlineData("CNB_STACK_ID", true)]
    [InlineData("HTTPS_PROXY", true)]
    [InlineData("no_proxy", true)]
    [InlineData("LD_LIBRARY_PATH", true)]
    [InlineData("CPATH", true)]
    [InlineData("LANG", false)]
    [InlineData("CNB_REGISTRY_AUTH", false)]
    [InlineData("CNB_USER_ID", false)]
    public void Buildpacks_inherit_what_is_meant_for_them(string name, bool inherited) =>
        Assert.Equal(inherited, new BuildVariables(new Dictionary<string, string> { [name] = "value" }).For(null, folder["config"]).ContainsKey(name));

    [Fact]
    public void Each_folder_of_a_layer_comes_into_its_variable()
    {
        foreach (var name in new[] { "bin", "lib", "include", "pkgconfig" })
        {
            folder.Folder("l/" + name);
        }

        var result = After(new() { ["PATH"] = "/bin" }, "l");

        Assert.Equal($"{folder["l/bin"]}:/bin", result["PATH"]);
        Assert.Equal(folder["l/lib"], result["LD_LIBRARY_PATH"]);
        Assert.Equal(folder["l/lib"], result["LIBRARY_PATH"]);
        Assert.Equal(folder["l/include"], result["CPATH"]);
        Assert.Equal(folder["l/pkgconfig"], result["PKG_CONFIG_PATH"]);
    }

    [Fact]
    public void Later_buildpacks_come_first_and_a_buildpacks_layers_stay_in_their_order()
    {
        foreach (var layer in new[] { "one/a", "one/b", "two/c" })
        {
            folder.Folder(layer + "/bin");
        }

        var variables = new BuildVariables(new Dictionary<string, string> { ["PATH"] = "/bin" });
        variables.AddLayers([folder["one/a"], folder["one/b"]]);
        variables.AddLayers([folder["two/c"]]);

        Assert.Equal(
            $"{folder["two/c/bin"]}:{folder["one/a/bin"]}:{folder["one/b/bin"]}:/bin", variables.For(null, folder["config"])["PATH"]);
    }

    [Theory]
    [InlineData("append", "12ab")]
    [InlineData("prepend", "ba21")]
    [InlineData("default", "1")]
    [InlineData("override", "b")]
    public void Layers_apply_in_order_and_env_before_env_build(string suffix, string expected)
    {
        folder.File($"one/1/env/V.{suffix}", "1");
        folder.File($"one/1/env.build/V.{suffix}", "2");
        folder.File($"one/1/env.launch/V.{suffix}", "never");
        folder.File($"two/1/env/V.{suffix}", "a");
        folder.File($"two/2/env/V.{suffix}", "b");
        var variables = new BuildVariables(new Dictionary<string, string>());
        variables.AddLayers([folder["one/1"]]);
        variables.AddLayers([folder["two/1"], folder["two/2"]]);

        Assert.Equal(expected, variables.For(null, folder["config"])["V"]);
    }

    [Fact]
    public void The_users_variables_override_buildpacks_and_come_before_their_paths()
    {
        folder.Folder("l/bin");
        folder.File("l/env/V", "buildpack");
        folder.File("platform/env/V", "user");
        folder.File("platform/env/PATH", "/user/bin");
        var variables = new BuildVariables(new Dictionary<string, string> { ["PATH"] = "/bin" });
        variables.AddLayers([folder["l"]]);

        var with = variables.For(folder["platform"], folder["config"]);
        var without = variables.For(null, folder["config"]);

        Assert.Equal("user", with["V"]);
        Assert.Equal($"/user/bin:{folder["l/bin"]}:/bin", with["PATH"]);
        Assert.Equal("buildpack", without["V"]);
        Assert.Equal($"{folder["l/bin"]}:/bin", without["PATH"]);
    }

    [Theory]
    [InlineData("V", "user")]
    [InlineData("V.default", "user")]
    [InlineData("V.override", "operator")]
    [InlineData("V.append", "useroperator")]
    [InlineData("V.prepend", "operatoruser")]
    public void The_operators_variables_are_applied_last(string file, string expected)
    {
        folder.File("platform/env/V", "user");
        folder.File("config/env/" + file, "operator");

        Assert.Equal(expected, new BuildVariables(new Dictionary<string, string>()).For(folder["platform"], folder["config"])["V"]);
    }

    [Theory]
    [InlineData("ID=debian\nVERSION_ID=\"12\"\n", "debian", "12")]
    [InlineData("NAME=x\nID='alpine'\nVERSION_ID=3.20.1\n", "alpine", "3.20.1")]
    [InlineData("ID=arch\n", "arch", "")]
    [InlineData("NAME=\"Linux\"\n", null, null)]
    [InlineData("", null, null)]
    public void A_target_without_a_distribution_takes_the_machines(string osRelease, string? name, string? version)
    {
        var target = TargetVariables.Resolve(null, new Support.RecordingLog(), folder.File("os-release", osRelease));

        Assert.Equal("linux", target.Os);
        Assert.Equal((name, version), (target.DistroName, target.DistroVersion));
    }

    private Dictionary<string, string> After(Dictionary<string, string> environment, params string[] layers)
    {
        var variables = new BuildVariables(environment);
        variables.AddLayers([.. layers.Select(layer => folder[layer])]);
        return variables.For(null, folder["config"]);
    }
}
