//! A column while its row group is collected.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::Result;
use parquet::file::writer::SerializedRowGroupWriter;
use parquet::schema::types::{Type, TypePtr};

use crate::manifest::{CellKind, Column};

/// The cells of a row group.
#[derive(Debug)]
pub struct Cells {
    values: Values,
    /// 1 where there is a value, 0 where there is none; a text is always there.
    levels: Vec<i16>,
}

#[derive(Debug)]
enum Values {
    Text(Vec<ByteArray>),
    Integer(Vec<i64>),
    Number(Vec<f64>),
    Flag(Vec<bool>),
}

impl Cells {
    /// None yet.
    pub fn new(kind: CellKind) -> Cells {
        let values = match kind {
            CellKind::Text => Values::Text(Vec::new()),
            CellKind::Integer => Values::Integer(Vec::new()),
            CellKind::Number => Values::Number(Vec::new()),
            CellKind::Flag => Values::Flag(Vec::new()),
        };
        Cells { values, levels: Vec::new() }
    }

    /// Adds a cell; otherwise says what would be right.
    ///
    /// # Errors
    /// When the cell is not of the column's kind.
    pub fn push(&mut self, cell: &str) -> std::result::Result<(), &'static str> {
        if let Values::Text(values) = &mut self.values {
            values.push(unguarded(cell).as_bytes().to_vec().into());
            return Ok(());
        }
        self.levels.push(i16::from(!cell.is_empty()));
        if cell.is_empty() {
            return Ok(());
        }
        match &mut self.values {
            Values::Text(_) => {}
            Values::Integer(values) => values.push(cell.parse().map_err(|_| "a whole number")?),
            Values::Number(values) => {
                let number = cell.parse().ok().filter(|number: &f64| number.is_finite());
                values.push(number.ok_or("a number")?);
            }
            Values::Flag(values) => values.push(match cell {
                "1" => true,
                "0" => false,
                _ => return Err("1 or 0"),
            }),
        }
        Ok(())
    }

    /// Writes the cells as the next column of a row group, and forgets them.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write<W: Write + Send>(&mut self, group: &mut SerializedRowGroupWriter<'_, W>) -> Result<()> {
        let Some(mut column) = group.next_column()? else { return Ok(()) };
        let levels = Some(self.levels.as_slice());
        match &mut self.values {
            Values::Text(values) => column.typed::<ByteArrayType>().write_batch(values, None, None)?,
            Values::Integer(values) => column.typed::<Int64Type>().write_batch(values, levels, None)?,
            Values::Number(values) => column.typed::<DoubleType>().write_batch(values, levels, None)?,
            Values::Flag(values) => column.typed::<BoolType>().write_batch(values, levels, None)?,
        };
        column.close()?;
        self.clear();
        Ok(())
    }

    fn clear(&mut self) {
        self.levels.clear();
        match &mut self.values {
            Values::Text(values) => values.clear(),
            Values::Integer(values) => values.clear(),
            Values::Number(values) => values.clear(),
            Values::Flag(values) => values.clear(),
        }
    }
}

/// A text without the mark that keeps spreadsheets from reading it as a formula: Parquet has types.
fn unguarded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '\t', '\r'])).unwrap_or(text)
}

/// The schema of a table.
///
/// # Errors
/// What the builder says.
pub fn schema(columns: &[Column]) -> Result<TypePtr> {
    let field = |column: &Column| {
        let (physical, logical) = match column.cells {
            CellKind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            CellKind::Integer => (Physical::INT64, None),
            CellKind::Number => (Physical::DOUBLE, None),
            CellKind::Flag => (Physical::BOOLEAN, None),
        };
        let always = column.cells == CellKind::Text;
        let repetition = if always { Repetition::REQUIRED } else { Repetition::OPTIONAL };
        let builder = Type::primitive_type_builder(&column.name, physical).with_repetition(repetition);
        builder.with_logical_type(logical).build().map(Arc::new)
    };
    let fields = columns.iter().map(field).collect::<Result<Vec<_>>>()?;
    Type::group_type_builder("clonetide").with_fields(fields).build().map(Arc::new)
}
