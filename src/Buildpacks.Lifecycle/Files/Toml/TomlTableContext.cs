using Tomlyn.Model;
using Tomlyn.Serialization;

namespace Buildpacks.Lifecycle.Files.Toml;

/// <summary>Reads TOML into an untyped table without reflection.</summary>
[TomlSerializable(typeof(TomlTable))]
internal sealed partial class TomlTableContext : TomlSerializerContext;
