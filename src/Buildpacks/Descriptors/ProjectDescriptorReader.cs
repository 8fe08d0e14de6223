using Buildpacks.Configuration.Toml;

namespace Buildpacks.Descriptors;

/// <summary>Reads project.toml in the versions 0.1, 0.2 and 0.3 of its schema. Keys that it does not know are warnings.</summary>
internal static class ProjectDescriptorReader
{
    private const string Meta = "_";
    private const string SchemaVersion = "schema-version";
    private const string First = "0.1";
    private const string WithExecEnv = "0.3";

    private static readonly string[] Versions = [First, "0.2", WithExecEnv];

    /// <summary>The tables of the schema 0.1. Other tables of later versions belong to other tools.</summary>
    private static readonly string[] FirstTables = ["project", "build", "metadata"];

    /// <summary>Keys that describe the project and change nothing in its image.</summary>
    private static readonly string[] Descriptive =
    [
        "id", "name", "version", "authors", "licenses", "documentation-url", "source-url", "metadata",
    ];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file's path.</param>
    /// <exception cref="PackException"><c>ProjectTomlNotFound</c> or <c>ProjectTomlInvalid</c>; the message names lines.</exception>
    public static ProjectDescriptor Read(string path) => Read(TomlDocument.Read(path, PackErrorIds.ProjectTomlInvalid));

    /// <summary>Reads the text of a file.</summary>
    /// <param name="source">The file, as messages name it.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="PackException"><c>ProjectTomlInvalid</c>; the message names lines.</exception>
    public static ProjectDescriptor Parse(string source, string text) => Read(TomlDocument.FromText(source, text, PackErrorIds.ProjectTomlInvalid));

    private static ProjectDescriptor Read(TomlDocument document)
    {
        var root = document.Root;
        var meta = root.Section(Meta);
        var version = meta is null ? First : ReadVersion(meta);
        var descriptor = version == First ? ReadFirst(document) : ReadLater(document, version);
        descriptor = meta is null ? descriptor : WithSource(descriptor, meta);
        document.ThrowIfInvalid(allowUnknownKeys: true);
        return descriptor with
        {
            Oddities = [.. document.UnknownKeys().Select(problem => new PackFileProblem(document.Source, problem.Line, problem.Column, $"{problem.Message}. The key is ignored."))],
        };
    }

    private static ProjectDescriptor WithSource(ProjectDescriptor descriptor, TomlSection described) => descriptor with
    {
        Version = described.Note("version") ?? descriptor.Version,
        SourceUrl = described.Note("source-url") ?? descriptor.SourceUrl,
        SourceLine = described.LineOf("source-url") ?? described.LineOf("version") ?? descriptor.SourceLine,
    };

    private static string ReadVersion(TomlSection meta)
    {
        foreach (var key in Descriptive)
        {
            meta.Accept(key);
        }

        var version = meta.String(SchemaVersion) ?? First;
        if (!Versions.Contains(version))
        {
            meta.Problem(SchemaVersion, $"is '{version}': it must be one of {string.Join(", ", Versions)}");
        }

        return version;
    }

    private static ProjectDescriptor ReadFirst(TomlDocument document)
    {
        var root = document.Root;
        root.Accept("metadata");
        var project = root.Section("project");
        foreach (var key in Descriptive)
        {
            project?.Accept(key);
        }

        var descriptor = root.Section("build") is not { } build
            ? new ProjectDescriptor { Source = document.Source, SchemaVersion = First }
            : ReadFiles(document, First, build) with
            {
                Environment = ReadVariables(build, "env", hasExecEnv: false),
                Group = ReadGroup(build, "buildpacks", hasExecEnv: false),
            };
        return project is null ? descriptor : WithSource(descriptor, project);
    }

    private static ProjectDescriptor ReadLater(TomlDocument document, string version)
    {
        var root = document.Root;
        foreach (var key in root.Keys.Except(FirstTables))
        {
            root.Accept(key);
        }

        var io = root.Section("io");
        foreach (var key in io?.Keys ?? [])
        {
            io!.Accept(key);
        }

        if (io?.Section("buildpacks") is not { } buildpacks)
        {
            return new ProjectDescriptor { Source = document.Source, SchemaVersion = version };
        }

        var hasExecEnv = version == WithExecEnv;

        // Older files of 0.2 have [[io.buildpacks.env.build]].
        var variables = buildpacks.Section("build") is { } build ? ReadVariables(build, "env", hasExecEnv) : [];
        var older = buildpacks.Section("env") is { } env ? ReadVariables(env, "build", hasExecEnv) : [];
        return ReadFiles(document, version, buildpacks) with
        {
            Environment = [.. older, .. variables],
            Group = ReadGroup(buildpacks, "group", hasExecEnv),
            Pre = buildpacks.Section("pre") is { } pre ? ReadGroup(pre, "group", hasExecEnv) : ProjectGroup.None,
            Post = buildpacks.Section("post") is { } post ? ReadGroup(post, "group", hasExecEnv) : ProjectGroup.None,
        };
    }

    private static ProjectDescriptor ReadFiles(TomlDocument document, string version, TomlSection section)
    {
        var descriptor = new ProjectDescriptor
        {
            Source = document.Source,
            SchemaVersion = version,
            Builder = section.String("builder") is { Length: > 0 } builder ? builder : null,
            BuilderLine = section.LineOf("builder"),
            FilesLine = section.LineOf("include") ?? section.LineOf("exclude"),
            Include = section.Strings("include"),
            Exclude = section.Strings("exclude"),
        };
        if (section.Has("include") && section.Has("exclude"))
        {
            section.Problem("exclude", $"and '{section.PathOf("include")}' cannot be combined");
        }

        return descriptor;
    }

    private static List<ProjectVariable> ReadVariables(TomlSection section, string key, bool hasExecEnv)
    {
        var variables = new List<ProjectVariable>();
        foreach (var entry in section.Sections(key))
        {
            var name = entry.RequiredString("name");
            if (name.Length > 0 && VariableName.ProblemOf(name) is { } problem)
            {
                entry.Problem("name", $"is '{name}': {problem}");
            }

            var value = entry.String("value") ?? "";
            if (value.Contains('\0', StringComparison.Ordinal))
            {
                entry.Problem("value", "has a null character");
            }

            variables.Add(new ProjectVariable(name, value, hasExecEnv ? entry.Strings("exec-env") : [], entry.LineOf("name") ?? entry.FirstLine()));
        }

        return variables;
    }

    private static ProjectGroup ReadGroup(TomlSection section, string key, bool hasExecEnv)
    {
        var buildpacks = new List<ProjectBuildpack>();
        foreach (var entry in section.Sections(key))
        {
            var buildpack = new ProjectBuildpack
            {
                Key = entry.Path,
                Line = entry.FirstLine(),
                Id = entry.String("id") is { Length: > 0 } id ? id : null,
                Version = entry.String("version") is { Length: > 0 } version ? version : null,
                Uri = entry.String("uri") is { Length: > 0 } uri ? uri : null,
                Script = entry.Section("script") is { } script ? ReadScript(script) : null,
                ExecEnv = hasExecEnv ? entry.Strings("exec-env") : [],
            };
            if (buildpack is { Id: null, Uri: null })
            {
                entry.Problem("id", "is missing: a buildpack needs an 'id' or a 'uri'");
            }
            else if (buildpack is { Script: not null, Uri: not null })
            {
                entry.Problem("script", "and 'uri' cannot be combined");
            }
            else if (buildpack is { Script: not null, Id: { } inlineId } && !BuildpackDescriptorReader.IsId(inlineId))
            {
                entry.Problem("id", $"is '{inlineId}': an id contains only letters, digits, '.', '/', '-' and '_'");
            }
            else if (buildpack is { Script: not null, Version: { } inlineVersion } && !BuildpackDescriptorReader.IsVersion(inlineVersion))
            {
                entry.Problem("version", $"is '{inlineVersion}', which is not a version such as 1.2.3");
            }
            else if (buildpack is { Version: not null, Uri: not null })
            {
                entry.Problem("version", "and 'uri' cannot be combined");
            }

            buildpacks.Add(buildpack);
        }

        return new ProjectGroup(section.PathOf(key), buildpacks);
    }

    private static ProjectScript ReadScript(TomlSection section)
    {
        var script = new ProjectScript(section.RequiredString("api"), section.RequiredString("inline"), section.String("shell") is { Length: > 0 } shell ? shell : null);
        if (script.Api.Length > 0 && !ApiVersion.TryParse(script.Api, out _))
        {
            section.Problem("api", $"is '{script.Api}', which is not an API version such as 0.10");
        }

        if (script.Shell?.AsSpan().ContainsAny('\n', '\r', '\0') == true)
        {
            section.Problem("shell", "has more than one line");
        }

        return script;
    }
}
