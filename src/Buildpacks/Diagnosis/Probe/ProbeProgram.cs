using System.Buffers.Binary;

namespace Buildpacks.Diagnosis.Probe;

/// <summary>
/// A Linux program of about two hundred bytes that prints the files it is given, passing over those it cannot read; for a folder, the
/// first <see cref="FolderFacts"/> bytes of what statfs(2) tells of its file system. It is made here because a checkup may rely on
/// nothing: there may be no image in the store and no registry to pull one from.
/// </summary>
internal static class ProbeProgram
{
    /// <summary>How many bytes are printed for a folder: type, block size, and the numbers of all, free and available blocks, 8 bytes each.</summary>
    public const int FolderFacts = 40;

    private const ulong Address = 0x400000;
    private const int HeaderSize = 64 + 56;
    private const ushort Amd64 = 62;
    private const ushort Arm64 = 183;

    private static ReadOnlySpan<byte> Amd64Code =>
    [
        0x4c, 0x8d, 0x64, 0x24, 0x08,             //           lea r12, [rsp + 8]    before the first argument
        0x48, 0x81, 0xec, 0x00, 0x10, 0x00, 0x00, //           sub rsp, 4096         the buffer
        0x49, 0x83, 0xc4, 0x08,                   // argument: add r12, 8
        0x49, 0x8b, 0x3c, 0x24,                   //           mov rdi, [r12]
        0x48, 0x85, 0xff,                         //           test rdi, rdi
        0x74, 0x4c,                               //           jz done
        0x31, 0xf6,                               //           xor esi, esi          to read
        0x6a, 0x02, 0x58,                         //           push 2; pop rax       open
        0x0f, 0x05,                               //           syscall
        0x85, 0xc0,                               //           test eax, eax
        0x78, 0xe8,                               //           js argument
        0x89, 0xc3,                               //           mov ebx, eax          the file
        0x89, 0xdf,                               // copy:     mov edi, ebx
        0x48, 0x89, 0xe6,                         //           mov rsi, rsp
        0xba, 0x00, 0x10, 0x00, 0x00,             //           mov edx, 4096
        0x31, 0xc0,                               //           xor eax, eax          read
        0x0f, 0x05,                               //           syscall
        0x85, 0xc0,                               //           test eax, eax
        0x74, 0xd4,                               //           jz argument
        0x78, 0x13,                               //           js folder
        0x89, 0xc2,                               //           mov edx, eax
        0x6a, 0x01, 0x5f,                         // write:    push 1; pop rdi       standard output
        0x89, 0xf8,                               //           mov eax, edi          write
        0x48, 0x89, 0xe6,                         //           mov rsi, rsp
        0x0f, 0x05,                               //           syscall
        0x83, 0xfb, 0xff,                         //           cmp ebx, -1
        0x74, 0xc1,                               //           je argument
        0xeb, 0xd9,                               //           jmp copy
        0x89, 0xdf,                               // folder:   mov edi, ebx
        0x48, 0x89, 0xe6,                         //           mov rsi, rsp
        0xb8, 0x8a, 0x00, 0x00, 0x00,             //           mov eax, 138          fstatfs
        0x0f, 0x05,                               //           syscall
        0x85, 0xc0,                               //           test eax, eax
        0x75, 0xaf,                               //           jnz argument
        0x83, 0xcb, 0xff,                         //           or ebx, -1            nothing more to copy
        0x6a, 0x28, 0x5a,                         //           push 40; pop rdx
        0xeb, 0xd7,                               //           jmp write
        0x31, 0xff,                               // done:     xor edi, edi
        0xb8, 0x3c, 0x00, 0x00, 0x00,             //           mov eax, 60           exit
        0x0f, 0x05,                               //           syscall
    ];

    private static ReadOnlySpan<byte> Arm64Code =>
    [
        0xf3, 0x23, 0x00, 0x91, //           add x19, sp, #8          before the first argument
        0xff, 0x07, 0x40, 0xd1, //           sub sp, sp, #4096        the buffer
        0x61, 0x8e, 0x40, 0xf8, // argument: ldr x1, [x19, #8]!
        0xa1, 0x03, 0x00, 0xb4, //           cbz x1, done
        0x60, 0x0c, 0x80, 0x92, //           mov x0, #-100            the current folder
        0x02, 0x00, 0x80, 0xd2, //           mov x2, #0               to read
        0x08, 0x07, 0x80, 0xd2, //           mov x8, #56              openat
        0x01, 0x00, 0x00, 0xd4, //           svc #0
        0x40, 0xff, 0xff, 0xb7, //           tbnz x0, #63, argument
        0xf4, 0x03, 0x00, 0xaa, //           mov x20, x0              the file
        0xe0, 0x03, 0x14, 0xaa, // copy:     mov x0, x20
        0xe1, 0x03, 0x00, 0x91, //           mov x1, sp
        0x02, 0x00, 0x82, 0xd2, //           mov x2, #4096
        0xe8, 0x07, 0x80, 0xd2, //           mov x8, #63              read
        0x01, 0x00, 0x00, 0xd4, //           svc #0
        0x60, 0xfe, 0xff, 0xb4, //           cbz x0, argument
        0x00, 0x01, 0xf8, 0xb7, //           tbnz x0, #63, folder
        0xe2, 0x03, 0x00, 0xaa, //           mov x2, x0
        0x20, 0x00, 0x80, 0xd2, // write:    mov x0, #1               standard output
        0xe1, 0x03, 0x00, 0x91, //           mov x1, sp
        0x08, 0x08, 0x80, 0xd2, //           mov x8, #64              write
        0x01, 0x00, 0x00, 0xd4, //           svc #0
        0x94, 0xfd, 0xff, 0xb7, //           tbnz x20, #63, argument
        0xf3, 0xff, 0xff, 0x17, //           b copy
        0xe0, 0x03, 0x14, 0xaa, // folder:   mov x0, x20
        0xe1, 0x03, 0x00, 0x91, //           mov x1, sp
        0x88, 0x05, 0x80, 0xd2, //           mov x8, #44              fstatfs
        0x01, 0x00, 0x00, 0xd4, //           svc #0
        0xc0, 0xfc, 0xff, 0xb5, //           cbnz x0, argument
        0x14, 0x00, 0x80, 0x92, //           mov x20, #-1             nothing more to copy
        0x02, 0x05, 0x80, 0xd2, //           mov x2, #40
        0xf3, 0xff, 0xff, 0x17, //           b write
        0x00, 0x00, 0x80, 0xd2, // done:     mov x0, #0
        0xa8, 0x0b, 0x80, 0xd2, //           mov x8, #93              exit
        0x01, 0x00, 0x00, 0xd4, //           svc #0
    ];

    /// <summary>The program for an architecture.</summary>
    /// <param name="architecture">Go's name of it.</param>
    /// <returns>The executable file; <see langword="null"/> when there is none for that architecture.</returns>
    public static byte[]? For(string architecture) => architecture switch
    {
        "amd64" => Executable(Amd64, Amd64Code),
        "arm64" => Executable(Arm64, Arm64Code),
        _ => null,
    };

    /// <summary>An ELF file with one segment: the whole file, to be read and executed.</summary>
    private static byte[] Executable(ushort machine, ReadOnlySpan<byte> code)
    {
        var file = new byte[HeaderSize + code.Length];
        code.CopyTo(file.AsSpan(HeaderSize));
        ReadOnlySpan<byte> identification = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identification.CopyTo(file);

        Write16(16, 2);                    // an executable
        Write16(18, machine);
        Write32(20, 1);                    // the version
        Write64(24, Address + HeaderSize); // the entry point
        Write64(32, 64);                   // where the program headers are
        Write16(52, 64);                   // the size of this header
        Write16(54, 56);                   // the size of a program header
        Write16(56, 1);                    // one of them

        Write32(64, 1);                    // a segment to load
        Write32(68, 5);                    // read and execute
        Write64(80, Address);
        Write64(88, Address);
        Write64(96, (ulong)file.Length);   // its size in the file
        Write64(104, (ulong)file.Length);  // and in memory
        Write64(112, 0x1000);              // the alignment
        return file;

        void Write16(int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(offset), value);
        void Write32(int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(offset), value);
        void Write64(int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(offset), value);
    }
}
