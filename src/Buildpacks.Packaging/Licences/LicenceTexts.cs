using Buildpacks.Packaging.Restored;

namespace Buildpacks.Packaging.Licences;

/// <summary>The texts of licences that packages name and do not carry.</summary>
internal static class LicenceTexts
{
    /// <summary>A package's licence as its own file has it, or the known text under the package's copyright.</summary>
    /// <exception cref="FormatException">The package has no text, and it is not among the known ones.</exception>
    public static string Of(ShippedPackage package)
    {
        if (package.LicenceText is { } text)
        {
            return text;
        }

        using var known = typeof(LicenceTexts).Assembly.GetManifestResourceStream(package.Licence)
            ?? throw new FormatException(
                $"{package.Id} {package.Version} is under {package.Licence} and carries no text of it; "
                + "put that licence's text into src/Buildpacks.Packaging/Licences.");
        using var reader = new StreamReader(known);
        var holder = package.Copyright.Length > 0 ? package.Copyright : package.Authors;
        var line = holder.StartsWith("Copyright", StringComparison.OrdinalIgnoreCase) ? holder : $"Copyright (c) {holder}";
        return $"{line}\n\n{reader.ReadToEnd().Trim()}";
    }
}
