using Buildpacks.Commands.Tests.Sessions;
using Buildpacks.Testing;
using Buildpacks.Testing.Samples;

namespace Buildpacks.Commands.Tests.Help;

/// <summary>A folder that has what the examples of the pages name: an app in it and in ./app, apps in ./apps, a builder.toml, ….</summary>
internal sealed class ExampleStage : IDisposable
{
    private readonly TestFolder _folder = new("examples");
    private readonly ProcessEnvironment _environment = new();

    public ExampleStage(string lifecycleArchive)
    {
        Copy(SampleFiles.App("shell-web"), ".");
        Copy(SampleFiles.App("shell-web"), "app");
        Copy(SampleFiles.App("shell-web"), "shop");
        Copy(SampleFiles.App("shell-web"), "apps/shell-web");
        Copy(SampleFiles.App("static-site"), "apps/static-site");
        Copy(SampleFiles.App("procfile"), "apps/procfile");
        _folder.File("buildpacks/notice/buildpack.toml", "api = '0.10'\n[buildpack]\nid = 'me/notice'\nversion = '0.1.0'\n");
        _folder.File("buildpacks/notice/bin/detect", "#!/bin/sh\n");
        _folder.File("buildpacks/notice/bin/build", "#!/bin/sh\n");
        _folder.File("build.env", "BP_GREETING=Hello\n");
        _folder.File("apps.csv", "ImageName,Path,DefaultProcess\nlocalhost/greeter,./apps/procfile,greet\nlocalhost/site,./apps/static-site,\n");
        File.Copy(lifecycleArchive, _folder["lifecycle.tgz"]);
        var samples = Path.Combine(Checkout.Root, "samples");
        var builder = File.ReadAllText(SampleFiles.BuilderToml)
            .Replace("../../out/lifecycle/lifecycle-0.1.0.tgz", _folder["lifecycle.tgz"], StringComparison.Ordinal)
            .Replace("../buildpacks", Path.Combine(samples, "buildpacks"), StringComparison.Ordinal);
        _folder.File("builder.toml", builder);
        _folder.File("samples/builder/builder.toml", builder);

        // Examples import the module by its name.
        _folder.Folder("modules");
        Directory.CreateSymbolicLink(_folder["modules/Buildpacks"], Checkout.Root);
        _environment.With("PSModulePath", _folder["modules"]);
    }

    public string Root => _folder.Path;

    public void Dispose()
    {
        _environment.Dispose();
        _folder.Dispose();
    }

    private void Copy(string app, string name)
    {
        foreach (var file in Directory.EnumerateFiles(app, "*", SearchOption.AllDirectories))
        {
            var copy = _folder[Path.Combine(name, Path.GetRelativePath(app, file))];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
