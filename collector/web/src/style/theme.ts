/**
 * The look of Ant Design's parts: the same ink, petrol green and quiet lines as base.css, whose names these values
 * repeat because Ant Design computes shades from them.
 */
import type { ThemeConfig } from "antd";

export const theme: ThemeConfig = {
  token: {
    colorPrimary: "#0d5b69",
    colorLink: "#0d5b69",
    colorText: "#15242b",
    colorTextSecondary: "#4a5c65",
    colorTextTertiary: "#586970",
    colorTextPlaceholder: "#66757d",
    colorTextDescription: "#4a5c65",
    colorBorder: "#c9d3d6",
    colorBorderSecondary: "#e1e7e9",
    colorBgLayout: "#f2f5f5",
    colorError: "#b3261e",
    colorWarning: "#8f5200",
    colorSuccess: "#13704a",
    colorWarningBg: "#fdf4e3",
    colorWarningBorder: "#ecd5a8",
    colorErrorBg: "#fcefed",
    colorErrorBorder: "#efc4bf",
    borderRadius: 6,
    fontFamily: "inherit",
    fontSize: 14,
  },
  components: {
    Table: {
      headerBg: "transparent",
      headerColor: "#4a5c65",
      headerSplitColor: "transparent",
      rowHoverBg: "#f4f8f8",
      cellPaddingBlockSM: 9,
      cellPaddingInlineSM: 12,
    },
    Segmented: { itemSelectedBg: "#ffffff", trackBg: "#e6ecee" },
  },
};
