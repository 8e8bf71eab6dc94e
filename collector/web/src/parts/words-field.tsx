/** A field for some sentences, named by its placeholder. */
import { Input } from "antd";

export function WordsField({
  label,
  rows = 3,
  most,
  value,
  onChange,
}: {
  label: string;
  rows?: number;
  /** characters */
  most: number;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <Input.TextArea
      aria-label={label}
      placeholder={label}
      rows={rows}
      maxLength={most}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
