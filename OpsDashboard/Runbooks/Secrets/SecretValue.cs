using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsDashboard.Runbooks.Secrets;

/// <summary>A secret that does not print itself: as text, in JSON, in a log and in a debugger it is a mask. Immutable.</summary>
[JsonConverter(typeof(Masked))]
[DebuggerDisplay("•••")]
public sealed class SecretValue(string name, string text)
{
    public string Name { get; } = name;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    readonly string text = text;

    /// <summary>The secret itself, for whom it is meant. What is made of it must not be kept, logged or shown.</summary>
    public string Reveal() => text;

    public override string ToString() => "•••";

    sealed class Masked : JsonConverter<SecretValue>
    {
        public override SecretValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("A secret is not read from JSON.");

        public override void Write(Utf8JsonWriter writer, SecretValue value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
