export default function QualityScreen(): JSX.Element {
  return <div />;
}
