//! The page: one HTML file that needs nothing but itself.

use std::fmt::Write;

use serde_json::Value;

use super::figure::{Figure, Numbers};

/// Vega, Vega-Lite and vega-embed, see `vendor/README.md`.
const SCRIPTS: [&str; 3] = [
    include_str!("vendor/vega.min.js"),
    include_str!("vendor/vega-lite.min.js"),
    include_str!("vendor/vega-embed.min.js"),
];
const PAGE_SCRIPT: &str = include_str!("assets/page.js");
const STYLE: &str = include_str!("assets/page.css");

/// Nothing may be loaded from anywhere.
const POLICY: &str =
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:";

/// A part of the page.
#[derive(Debug)]
pub struct Section {
    /// Its anchor.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its figures.
    pub figures: Vec<Figure>,
    /// HTML below the figures.
    pub html: String,
}

/// What stands above the sections.
#[derive(Debug)]
pub struct Head {
    /// The scenario's name.
    pub title: String,
    /// What it is about.
    pub about: String,
    /// Facts in a line.
    pub facts: Vec<String>,
}

/// A text in HTML: nothing in it is taken for markup.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// JSON within a script element: nothing in it ends the element or opens a comment.
fn embedded(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

/// The whole page.
pub fn page(head: &Head, sections: &[Section]) -> String {
    let figures: Value = sections.iter().flat_map(|section| &section.figures).map(Figure::packed).collect();
    let title = escape(&head.title);
    let mut html = String::with_capacity(1 << 21);
    // Writing to a string cannot fail.
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"generator\" content=\"clonetide {version}\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the figures</a>\n<header>\n<h1>{title}</h1>\n<p>{about}</p>\n\
         <p class=\"facts\">{facts}</p>\n<nav aria-label=\"Sections\"><ul>{links}</ul></nav>\n\
         <noscript><p>The figures are drawn by the script in this file; without it only the tables are here.</p></noscript>\n\
         </header>\n<main id=\"main\">\n",
        version = env!("CARGO_PKG_VERSION"),
        about = escape(&head.about),
        facts = escape(&head.facts.join(" · ")),
        links = sections.iter().map(link).collect::<String>(),
    );
    html.extend(sections.iter().map(section));
    let _ = write!(
        html,
        "</main>\n<footer><p>Made by clonetide {}. Simulated patients: not a prediction for any person.</p></footer>\n\
         <script type=\"application/json\" id=\"figures\">{}</script>\n",
        env!("CARGO_PKG_VERSION"),
        embedded(&figures)
    );
    for script in SCRIPTS.iter().copied().map(without_map).chain([PAGE_SCRIPT.to_string()]) {
        let _ = writeln!(html, "<script>\n{script}\n</script>");
    }
    html.push_str("</body>\n</html>\n");
    html
}

/// A bundle without its last line, which sends debuggers to a file that is not there.
fn without_map(script: &str) -> String {
    script.split("\n//# sourceMappingURL=").next().unwrap_or(script).to_string()
}

fn link(section: &Section) -> String {
    format!("<li><a href=\"#{}\">{}</a></li>", section.name, section.title)
}

fn section(section: &Section) -> String {
    let figures: String = section.figures.iter().map(figure).collect();
    format!(
        "<section id=\"{name}\" aria-labelledby=\"{name}-title\">\n<h2 id=\"{name}-title\">{title}</h2>\n{figures}{html}\
         </section>\n",
        name = section.name,
        title = section.title,
        html = section.html
    )
}

fn figure(figure: &Figure) -> String {
    let choice = |choice: &super::figure::Choice| {
        let options: String =
            choice.options.iter().map(|o| format!("<option value=\"{0}\">{0}</option>", escape(o))).collect();
        format!(
            "<label>{} <select name=\"{}\">{options}</select><span class=\"chosen\"></span></label>",
            choice.label, choice.field
        )
    };
    let choices: String = figure.choices.iter().map(choice).collect();
    let choices =
        if choices.is_empty() { choices } else { format!("<div class=\"choices\">{choices}</div>\n") };
    format!(
        "<figure id=\"figure-{name}\">\n<h3>{title}</h3>\n{choices}<div class=\"plot\" role=\"img\" \
         aria-label=\"{title}\"></div>\n<figcaption>{caption}</figcaption>\n{numbers}</figure>\n",
        name = escape(&figure.name),
        title = escape(&figure.title),
        caption = escape(&figure.caption),
        numbers = figure.numbers.as_ref().map(table).unwrap_or_default(),
    )
}

/// A table; cells that are numbers stand on the right.
pub fn table(numbers: &Numbers) -> String {
    let head: String =
        numbers.head.iter().map(|name| format!("<th scope=\"col\">{}</th>", escape(name))).collect();
    let cell = |text: &String| {
        let class = if text.parse::<f64>().is_ok() { " class=\"number\"" } else { "" };
        format!("<td{class}>{}</td>", escape(text))
    };
    let row = |row: &Vec<String>| format!("<tr>{}</tr>\n", row.iter().map(cell).collect::<String>());
    let rows: String = numbers.rows.iter().map(row).collect();
    format!(
        "<div class=\"wide\"><table><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(
            escape("<script>alert('&\"')</script>"),
            "&lt;script&gt;alert(&#39;&amp;&quot;&#39;)&lt;/script&gt;"
        );
        assert_eq!(embedded(&json!("</script><!--")), "\"\\u003c/script>\\u003c!--\"");
    }

    #[test]
    fn the_bundles_can_stand_in_a_page() {
        for script in SCRIPTS.iter().copied().map(without_map).chain([PAGE_SCRIPT.to_string()]) {
            assert!(
                !script.contains("</script")
                    && !script.contains("<!--")
                    && !script.contains("sourceMappingURL")
            );
        }
    }
}
