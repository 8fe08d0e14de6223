using System.Collections;
using System.Collections.ObjectModel;
using System.Reflection;
using Buildpacks.Commands.Tests.Sessions;

namespace Buildpacks.Commands.Tests.Modules;

/// <summary>The objects that scripts see, as PowerShell and its other commands take them.</summary>
public sealed class PublicObjectTests : IDisposable
{
    /// <summary>How deep ConvertTo-Json goes unless it is told otherwise.</summary>
    private const int DefaultDepth = 2;

    private readonly PackSession _session = new();

    public static TheoryData<Type> Types =>
    [
        .. typeof(PackException).Assembly.GetExportedTypes().Where(type => !type.IsEnum && !(type.IsAbstract && type.IsSealed) && !IsList(type)),
    ];

    public void Dispose() => _session.Dispose();

    [Theory]
    [MemberData(nameof(Types))]
    public void Collections_are_arrays_or_read_only_lists(Type type)
    {
        var exposed = type.GetProperties().Where(property => property.DeclaringType!.Assembly == type.Assembly).Select(property => property.PropertyType)
            .Concat(type.GetMethods().Where(method => method.DeclaringType!.Assembly == type.Assembly).Select(method => method.ReturnType));

        Assert.All(exposed.Where(IsCollection), collection => Assert.True(IsList(collection) || collection.IsArray, $"{type} has a {collection}"));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Lists_in_the_lists_of_an_object_are_left_to_the_objects_themselves(Type type) => Assert.Empty(TooDeep(type, type.Name, 0));

    [Fact]
    public void PowerShell_indexes_every_list()
    {
        var build = new BuildResult
        {
            ImageName = "a", Id = "", Engine = PackEngineKind.Podman, Location = "", Builder = "", RunImage = "",
            Tags = ["a:1", "a:2"], Warnings = ["careful"], Buildpacks = [new PackBuildpack("one", "1"), new PackBuildpack("two", "2")],
            Phases = [new PackPhase("detecting", TimeSpan.FromSeconds(1.5))],
            Processes = [new PackProcess { Type = "web", Command = ["bin/web", "-p"], Args = ["80"] }],
            EngineCalls = [new EngineCall { Engine = PackEngineKind.Podman, Operation = "ImageInspect", Arguments = ["image", "inspect"], Duration = TimeSpan.FromSeconds(2) }],
            Log = new BuildLog { ImageName = "a", Path = "", Engine = PackEngineKind.Podman, Endpoint = "", Output = [new PackOutputLine("first", false), new PackOutputLine("last", false)] },
        };
        var image = new PackImage { Name = "a", Id = "", Labels = new PackLabels([new("io.example", "yes")]), Tags = [] };
        var failure = new PackException("X", PackErrorKind.Failed, "x") { Output = ["one", "two"] };

        var run = _session.Run(
            """
            $build, $image, $failure = $args
            $build.Tags[0]; $build.Tags[-1]; $build.Tags[0..1] -join ' '; $build.Tags.Contains('a:2'); $build.Tags.Count; $build.Tags -contains 'a:1'
            $build.Buildpacks[1].Id; $build.Buildpacks.Id -join ' '; $build.Warnings[0]
            $build.Phases[0].Duration.TotalSeconds; $build.Phases[0].Seconds
            $build.Processes[0].Command[1]; $build.Processes[0].Args.Contains('80'); $build.Processes[0].CommandLine
            $build.EngineCalls[0].Arguments[1]; $build.EngineCalls[0].Duration.TotalSeconds
            $build.Log.Output[-1].Text
            $image.Labels['io.example']; $image.Labels.'io.example'; $image.Tags.Count
            $failure.Output[1]
            """,
            build, image, failure).Checked();

        Assert.Equal(
            [
                "a:1", "a:2", "a:1 a:2", "True", "2", "True", "two", "one two", "careful", "1.5", "1.5", "-p", "True", "bin/web -p 80", "inspect", "2", "last",
                "yes", "yes", "0", "two",
            ],
            run.Texts);
    }

    [Fact]
    public void The_text_of_a_list_is_its_items()
    {
        PackCollection<PackBuildpack> buildpacks = [new PackBuildpack("one", "1"), new PackBuildpack("two", "2")];

        Assert.Equal("one@1, two@2", buildpacks.ToString());
        Assert.Equal("2 labels", new PackLabels([new("a", "1"), new("b", "2")]).ToString());
    }

    /// <summary>What ConvertTo-Json would truncate: it reads the public properties of .NET of all but the object that it is given.</summary>
    private static IEnumerable<string> TooDeep(Type type, string path, int depth)
    {
        if (IsPlain(type))
        {
            return [];
        }

        if (depth > DefaultDepth)
        {
            return [$"{path}: {type}"];
        }

        if (type.IsAssignableTo(typeof(IDictionary)))
        {
            return TooDeep(type.BaseType!.GetGenericArguments()[1], path + "[]", depth + 1);
        }

        if (type.IsAssignableTo(typeof(IEnumerable)))
        {
            return TooDeep(type.GetElementType() ?? type.GetGenericArguments()[0], path + "[]", depth + 1);
        }

        return type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.DeclaringType!.Assembly == typeof(PackException).Assembly && type.IsAssignableTo(typeof(Exception)) is false)
            .SelectMany(property => TooDeep(property.PropertyType, $"{path}.{property.Name}", depth + 1));
    }

    private static bool IsPlain(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is var plain
        && (plain.IsPrimitive || plain.IsEnum || plain == typeof(string) || plain == typeof(DateTimeOffset) || plain == typeof(void));

    private static bool IsCollection(Type type) => type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable));

    private static bool IsList(Type type)
    {
        for (var kind = type; kind is not null; kind = kind.BaseType)
        {
            if (kind.IsGenericType && (kind.GetGenericTypeDefinition() == typeof(ReadOnlyCollection<>) || kind.GetGenericTypeDefinition() == typeof(ReadOnlyDictionary<,>)))
            {
                return true;
            }
        }

        return false;
    }
}
