using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace OpsDashboard.Runbooks.Store;

/// <summary>Lines that steps of a run printed, as many as came in one moment. Never changed.</summary>
sealed class RunOutput
{
    public required Guid RunId { get; init; }

    /// <summary>Number of the first line, from 1, over the whole run.</summary>
    public required long FirstLine { get; init; }
    public required int Lines { get; init; }

    /// <summary>A JSON array of <c>[microseconds, step, isError, text]</c>.</summary>
    public required string Text { get; init; }

    sealed class Table : IEntityTypeConfiguration<RunOutput>
    {
        public void Configure(EntityTypeBuilder<RunOutput> builder) => builder.HasKey(output => new { output.RunId, output.FirstLine });
    }
}
