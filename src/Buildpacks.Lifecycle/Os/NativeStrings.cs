using System.Runtime.InteropServices;
using System.Text;

namespace Buildpacks.Lifecycle.Os;

/// <summary>An array of C strings that ends with a null pointer, as exec takes it. It lives until it is disposed.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private nint* pointers;

    /// <summary>Copies the strings to native memory.</summary>
    public NativeStrings(IReadOnlyCollection<string> strings)
    {
        var texts = strings.Select(text => Encoding.UTF8.GetBytes(text)).ToList();
        var head = (texts.Count + 1) * sizeof(nint);
        pointers = (nint*)NativeMemory.AllocZeroed((nuint)(head + texts.Sum(text => text.Length + 1)));
        var next = (byte*)pointers + head;
        for (var index = 0; index < texts.Count; index++)
        {
            pointers[index] = (nint)next;
            texts[index].CopyTo(new Span<byte>(next, texts[index].Length));
            next += texts[index].Length + 1;
        }
    }

    /// <summary>Frees the memory.</summary>
    ~NativeStrings() => Dispose();

    /// <summary>The array.</summary>
    public nint Address => (nint)pointers;

    /// <summary>Variables as <c>NAME=value</c>.</summary>
    public static NativeStrings OfEnvironment(IReadOnlyDictionary<string, string> environment) =>
        new([.. environment.Select(variable => $"{variable.Key}={variable.Value}")]);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(pointers);
        pointers = null;
        GC.SuppressFinalize(this);
    }
}
