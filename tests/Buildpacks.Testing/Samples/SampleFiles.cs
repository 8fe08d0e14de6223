namespace Buildpacks.Testing.Samples;

/// <summary>Where the samples are in the checkout that the tests were built from.</summary>
public static class SampleFiles
{
    /// <summary>The checkout's folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The builder.toml of the sample builder.</summary>
    public static string BuilderToml => Path("builder", "builder.toml");

    /// <summary>The folder of a sample app: <c>shell-web</c>, <c>static-site</c>, <c>procfile</c>, <c>perl-app</c>, <c>broken-web</c>, <c>unknown</c>.</summary>
    public static string App(string name) => Path("apps", name);

    /// <summary>The folder of a sample buildpack.</summary>
    public static string Buildpack(string name) => Path("buildpacks", name);

    /// <summary>The recipe of a base image: <c>run</c> or <c>build</c>.</summary>
    public static string BaseRecipe(string name) => Path("base", name + ".toml");

    private static string Path(params string[] parts) => System.IO.Path.Combine([Root, "samples", .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Buildpacks.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"{AppContext.BaseDirectory} is not in a checkout");
    }
}
