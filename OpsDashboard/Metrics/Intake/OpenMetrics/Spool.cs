namespace OpsDashboard.Metrics.Intake.OpenMetrics;

/// <summary>Passes a text on to its first reader and keeps it in a temporary file for the second. The file vanishes when it is disposed.</summary>
sealed class Spool(Stream source, long limit) : Stream
{
    const int BufferBytes = 64 * 1024;

    readonly FileStream file = new(Path.Combine(Path.GetTempPath(), $"ops-import-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferBytes, FileOptions.DeleteOnClose);

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => file.Length;
    public override long Position { get => file.Position; set => throw new NotSupportedException(); }

    /// <exception cref="RemoteWrite.WriteTooLargeException">There is more than the limit.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await source.ReadAsync(buffer, cancellationToken);
        if (file.Length + read > limit)
            throw BoundedBody.TooLarge(limit);
        await file.WriteAsync(buffer[..read], cancellationToken);
        return read;
    }

    /// <summary>What was read so far, from its beginning.</summary>
    public Stream Again()
    {
        file.Position = 0;
        return file;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await file.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }
}
