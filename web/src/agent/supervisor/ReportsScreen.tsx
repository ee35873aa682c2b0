export default function ReportsScreen(): JSX.Element {
  return <div />;
}
