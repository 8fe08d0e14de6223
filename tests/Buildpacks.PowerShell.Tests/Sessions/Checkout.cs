using System.Reflection;

namespace Buildpacks.Commands.Tests.Sessions;

/// <summary>Where things are in the checkout that the tests were built from.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string Manifest => Path.Combine(Root, "Buildpacks.psd1");

    /// <summary>The pshost of the configuration under test.</summary>
    public static string PsHost => Path.Combine(Root, "src", "Buildpacks.Host", "bin", Configuration, "net10.0", "pshost");

    private static string Configuration =>
        typeof(Checkout).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == "Configuration").Value!;

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Buildpacks.psd1")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("The tests do not run below a checkout.");
    }
}
