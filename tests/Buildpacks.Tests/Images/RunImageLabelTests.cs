using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Buildpacks.IO;
using Buildpacks.Stores.Layouts;

namespace Buildpacks.Tests.Images;

/// <summary>The config of an app image as lifecycles write it: the label is JSON in a JSON string.</summary>
public sealed class RunImageLabelTests
{
    private const string Path = "/layout-repo/index.docker.io/library/run/latest@sha256:0011";
    private const string Id = "4f5ea3c1";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string> Texts => new()
    {
        $$$"""{"runImage":{"topLayer":"sha256:1","reference":"{{{Path}}}"}}""",
        $$$"""{"app":[{"reference":"{{{Path}}}"}],"reference":"{{{Path}}}","runImage":{"image":"run","reference":"{{{Path}}}"},"sbom":null}""",
        $$$"""{"buildpacks":[{"key":"<ä€𝄞> \"quoted\" \\ \u00e4 \ud834\udd1e \n & more"}],"runImage":{"reference":"{{{Path}}}"}}""",
        $$$"""{ "runImage" : { "reference" : "{{{Path.Replace("/", "\\/")}}}" } }""",
        """{"runImage":{"reference":""}}""",
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void Only_the_reference_is_replaced(string label)
    {
        // As .NET writes it, as Go writes it, and with every character escaped that can be.
        foreach (var text in new[] { JsonSerializer.Serialize(label), GoString(label), EscapedString(label) })
        {
            var before = $$$"""{"architecture":"amd64","config":{"Env":["runImage=reference"],"Labels":{"a":"{}","io.buildpacks.lifecycle.metadata":{{{text}}},"z":"ä"}},"os":"linux"}""";

            var after = Encoding.UTF8.GetString(RunImageLabel.Write(Encoding.UTF8.GetBytes(before), Id)!.Value.Span);

            Assert.Equal(Config(before), Config(after));
            var expected = label.Replace("\\/", "/");
            var at = expected.IndexOf("reference", expected.IndexOf("runImage", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.Equal(expected[..at] + expected[at..].Replace(Path, Id).Replace("\"\"", $"\"{Id}\""), Label(after));
            Assert.Null(RunImageLabel.Write(Encoding.UTF8.GetBytes(after), Id));
        }
    }

    [Fact]
    public void The_top_layer_is_replaced_and_the_reference_is_not()
    {
        var label = $$$"""{"app":[{"topLayer":"sha256:1"}],"runImage":{"topLayer":"sha256:1","reference":"{{{Path}}}"}}""";
        var before = """{"config":{"Labels":{"io.buildpacks.lifecycle.metadata":LABEL}}}""".Replace("LABEL", GoString(label), StringComparison.Ordinal);

        var after = Encoding.UTF8.GetString(RunImageLabel.WriteTopLayer(Encoding.UTF8.GetBytes(before), "sha256:22")!.Value.Span);

        Assert.Equal(label.Replace("\"runImage\":{\"topLayer\":\"sha256:1\"", "\"runImage\":{\"topLayer\":\"sha256:22\""), Label(after));
        Assert.Null(RunImageLabel.WriteTopLayer(Encoding.UTF8.GetBytes(after), "sha256:22"));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"config":null}""")]
    [InlineData("""{"config":{"Labels":{"io.buildpacks.lifecycle.metadata":"no JSON"}}}""")]
    [InlineData("""{"config":{"Labels":{"io.buildpacks.lifecycle.metadata":""}}}""")]
    [InlineData("""{"config":{"Labels":{"io.buildpacks.lifecycle.metadata":"{\"runImage\":{\"reference\":7}}"}}}""")]
    [InlineData("""{"config":{"Labels":{"io.buildpacks.lifecycle.metadata":"{\"runImage\":{}}"}}}""")]
    [InlineData("""{"config":{"Labels":{"io.buildpacks.lifecycle.metadata":"{\"runImage\":\"x\"}"}}}""")]
    [InlineData("""{"Labels":{"io.buildpacks.lifecycle.metadata":"{\"runImage\":{\"reference\":\"x\"}}"}}""")]
    public void A_config_without_a_reference_stays_as_it_is(string config) =>
        Assert.Null(RunImageLabel.Write(Encoding.UTF8.GetBytes(config), Id));

    /// <summary>The config without the label.</summary>
    private static string Config(string json) =>
        json[..json.IndexOf("metadata\":", StringComparison.Ordinal)] + json[json.IndexOf(",\"z\"", StringComparison.Ordinal)..];

    private static string Label(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("config").GetProperty("Labels").GetProperty("io.buildpacks.lifecycle.metadata").GetString()!;
    }

    private static string GoString(string text) =>
        JsonSerializer.Serialize(text, Relaxed)
            .Replace("<", "\\u003c").Replace(">", "\\u003e").Replace("&", "\\u0026");

    private static string EscapedString(string text) => $"\"{string.Concat(text.Select(unit => $"\\u{(int)unit:x4}"))}\"";
}
