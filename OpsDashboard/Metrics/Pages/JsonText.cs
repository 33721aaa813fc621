using System.Text.Encodings.Web;
using System.Text.Json;

namespace OpsDashboard.Metrics.Pages;

/// <summary>A collected document as indented text, for reading; Razor escapes it like any text.</summary>
static class JsonText
{
    const int MaxLength = 50_000;

    static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(object document)
    {
        var text = JsonSerializer.Serialize(document, document.GetType(), Options);
        return text.Length <= MaxLength ? text : $"{text[..MaxLength]}\n… {text.Length - MaxLength} more characters";
    }
}
