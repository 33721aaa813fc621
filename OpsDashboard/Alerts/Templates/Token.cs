namespace OpsDashboard.Alerts.Templates;

enum TokenKind { Text, Open, Close, Field, Variable, Word, Number, Quoted, Pipe, Comma, Assign, Declare, LeftParen, RightParen, Dot, Space, End }

/// <param name="Text">Fields without their dot, variables with their sign, quoted texts already unquoted.</param>
/// <param name="At">Offset into the template.</param>
readonly record struct Token(TokenKind Kind, string Text, int At);
