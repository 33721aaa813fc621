using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;

namespace OpsDashboard.Metrics.Charts.Live;

/// <summary>Numbers as charts need them: seven significant digits, null for what is no number; 1e999 is how JSON can say infinite.</summary>
static class FrameText
{
    public static void Number(IBufferWriter<byte> output, long value)
    {
        Utf8Formatter.TryFormat(value, output.GetSpan(24), out var written);
        output.Advance(written);
    }

    public static void Value(IBufferWriter<byte> output, double value)
    {
        if (double.IsNaN(value))
            output.Write("null"u8);
        else if (double.IsInfinity(value))
            output.Write(value > 0 ? "1e999"u8 : "-1e999"u8);
        else if (value == Math.Truncate(value) && Math.Abs(value) < 1e15)
            Number(output, (long)value);
        else
        {
            value.TryFormat(output.GetSpan(32), out var written, "G7", System.Globalization.CultureInfo.InvariantCulture);
            output.Advance(written);
        }
    }
}

static class LabelsJson
{
    public static void Write(Utf8JsonWriter json, Labels labels)
    {
        json.WriteStartObject();
        foreach (ref readonly var label in labels.AsSpan())
            json.WriteString(label.Name, label.Value);
        json.WriteEndObject();
    }
}
