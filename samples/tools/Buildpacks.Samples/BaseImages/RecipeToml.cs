using System.Text.Json.Serialization;
using Tomlyn;
using Tomlyn.Serialization;

namespace Buildpacks.Samples.BaseImages;

/// <summary>Reads recipes.</summary>
[TomlSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower)]
[TomlSerializable(typeof(ImageRecipe))]
internal sealed partial class RecipeToml : TomlSerializerContext
{
    /// <summary>Reads a recipe.</summary>
    /// <exception cref="InvalidDataException">The file is no recipe.</exception>
    public static ImageRecipe Read(string path)
    {
        try
        {
            return TomlSerializer.Deserialize(File.ReadAllText(path), Default.ImageRecipe) ?? throw new InvalidDataException($"{path} is empty");
        }
        catch (TomlException exception)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
    }
}
